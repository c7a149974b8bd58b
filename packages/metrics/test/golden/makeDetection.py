"""Writes scikit-learn, SciPy and plain-loop answers for detection and calibration: python makeDetection.py > detection.json"""
import json
import platform
import sys

import numpy as np
import scipy
import sklearn
from scipy.optimize import brentq
from scipy.special import log_softmax, logsumexp, softmax
from scipy.stats import entropy
from sklearn.covariance import EmpiricalCovariance
from sklearn.metrics import auc, average_precision_score, precision_recall_curve, roc_auc_score, roc_curve
from sklearn.neighbors import NearestNeighbors

SEED = 20211002
rng = np.random.default_rng(SEED)


def first_reaching(truth, score):
    fpr, tpr, _ = roc_curve(truth, score, drop_intermediate=False)
    return fpr[np.argmax(tpr >= 0.95)]


def outlier_exposure(truth, score):
    """FPR at the recall nearest .95, over distinct thresholds from the first full recall to stricter ones."""
    full = score[truth].min()
    thresholds = [t for t in np.unique(score) if t >= full]
    recalls = np.array([(score[truth] >= t).mean() for t in thresholds])
    return (score[~truth] >= thresholds[np.abs(recalls - 0.95).argmin()]).mean()


def apr_walk(known, unknown):
    """Removes samples one at a time by ascending score, known first where equal."""
    order = sorted([(s, 0) for s in known] + [(s, 1) for s in unknown])
    tp, fp = [len(known)], [len(unknown)]
    for _, is_unknown in order:
        tp.append(tp[-1] - (1 - is_unknown))
        fp.append(fp[-1] - is_unknown)
    return np.array(tp), np.array(fp)


def apr(known, unknown):
    tp, fp = apr_walk(known, unknown)
    k, n = tp[0], fp[0]
    fpr = fp[np.abs(tp / k - 0.95).argmin()] / n

    def area(hits, alarms, total):
        use = hits + alarms > 0
        recall = np.r_[0, (hits / total)[use]]
        precision = np.r_[0, hits[use] / (hits + alarms)[use]]
        return np.trapezoid(precision, recall)

    return {
        "fpr": fpr,
        "auroc": sum(a > b for a in known for b in unknown) / (k * n),
        "detectionAccuracy": max((tp / k + 1 - fp / n) / 2),
        "auprIn": area(tp[::-1], fp[::-1], k),
        "auprOut": area(n - fp, k - tp, n),
    }


def oscr_clean(known, correct, unknown):
    thresholds = np.r_[np.inf, np.unique(np.r_[known, unknown])[::-1]]
    ccr = [((known >= t) & correct).sum() / len(known) for t in thresholds]
    fpr = [(unknown >= t).sum() / len(unknown) for t in thresholds]
    return np.trapezoid(ccr, fpr)


def oscr_apr(known, correct, unknown):
    score = np.r_[known, unknown]
    order = score.argsort(kind="stable")
    is_right = np.r_[correct, np.zeros(len(unknown), bool)][order]
    is_unknown = np.r_[np.zeros(len(known), bool), np.ones(len(unknown), bool)][order]
    n = len(score)
    points = [(is_unknown[k:].sum() / len(unknown), is_right[k + 1 :].sum() / len(known)) for k in range(n - 1)]
    points = sorted(points + [(0.0, 0.0), (0.0, 0.0), (1.0, 1.0)], reverse=True)
    return sum((a[0] - b[0]) * (a[1] + b[1]) / 2 for a, b in zip(points, points[1:]))


def detection_case(known, unknown, correct, is_distinct):
    truth = np.r_[np.ones(len(known), bool), np.zeros(len(unknown), bool)]
    score = np.r_[known, unknown]

    def trapezoid(truth, score):
        precision, recall, _ = precision_recall_curve(truth, score)
        return auc(recall, precision)

    oscr = {"clean": oscr_clean(known, correct, unknown)}
    if is_distinct:
        oscr["apr"] = oscr_apr(known, correct, unknown)
    return {
        "input": {
            "inDistribution": known.tolist(),
            "outOfDistribution": unknown.tolist(),
            "isCorrect": correct.astype(int).tolist(),
        },
        "expected": {
            "auroc": roc_auc_score(truth, score),
            "averagePrecision": [average_precision_score(truth, score), average_precision_score(~truth, -score)],
            "trapezoid": [trapezoid(truth, score), trapezoid(~truth, -score)],
            "fprOpenood": first_reaching(~truth, -score),
            "fprOdin": first_reaching(truth, score),
            "fprOe": outlier_exposure(~truth, -score),
            "detectionAccuracy": max(
                ((known >= t).mean() + (unknown < t).mean()) / 2 for t in np.r_[np.unique(score), np.inf]
            ),
            "apr": apr(known, unknown),
            "oscr": oscr,
        },
    }


def detection_inputs():
    known, unknown = rng.normal(1, 1, 60), rng.normal(0, 1, 45)
    yield known, unknown, True
    yield np.round(known * 2) / 2, np.round(unknown * 2) / 2, False
    yield rng.normal(1, 1, 8), rng.normal(0, 1, 5), True
    yield rng.integers(0, 2, 30).astype(float), rng.integers(0, 2, 30).astype(float), False


def calibration():
    batch, classes = 230, 5
    labels = rng.integers(0, classes, batch)
    logits = np.round(rng.normal(size=(batch, classes)) * 3 + 2.5 * np.eye(classes)[labels], 3)
    probabilities = softmax(logits, axis=1)
    confidence, right = probabilities.max(1), probabilities.argmax(1) == labels
    order = confidence.argsort()

    def norms(parts, total=batch):
        gaps = [(len(p) / total, abs(right[p].mean() - confidence[p].mean())) for p in parts]
        return {
            "l1": sum(w * g for w, g in gaps),
            "l2": sum(w * g**2 for w, g in gaps) ** 0.5,
            "max": max(g for _, g in gaps),
        }

    def classwise(bins=15):
        errors = []
        for k in range(classes):
            p, y = probabilities[:, k], labels == k
            bin_of = np.maximum(np.ceil(p * bins).astype(int) - 1, 0)
            errors.append(sum(abs((y[bin_of == b] - p[bin_of == b]).sum()) / batch for b in range(bins)))
        return errors

    def slope(beta):
        return (softmax(beta * logits, axis=1) * logits).sum(1).mean() - logits[np.arange(batch), labels].mean()

    beta = brentq(slope, 1e-3, 1e3, xtol=1e-15, rtol=1e-15)
    edges = list(range(50, (batch // 50) * 50, 50))
    return {
        "input": {"classes": classes, "labels": labels.tolist(), "logits": logits.ravel().tolist()},
        "expected": {
            "adaptive7": norms(np.array_split(order, 7)),
            "rms50": norms(np.split(order, edges)),
            "rms50Hendrycks": norms(np.split(order, edges)[:-1]),
            "classwise15": classwise(),
            "temperature": 1 / beta,
            "nll": float(-log_softmax(logits * beta, axis=1)[np.arange(batch), labels].mean()),
        },
    }


def features():
    width, classes, k = 6, 3, 4
    labels = rng.permutation(np.arange(40) % classes)
    train = np.round(rng.normal(size=(40, width)) @ rng.normal(size=(width, width)) + 2 * labels[:, None], 4)
    test = np.round(rng.normal(size=(12, width)) * 2, 4)
    means = np.array([train[labels == c].mean(0) for c in range(classes)])
    shared = EmpiricalCovariance(assume_centered=True).fit(train - means[labels])
    distances = [[(x - m) @ shared.precision_ @ (x - m) for m in means] for x in test]

    def kth(train, test):
        return NearestNeighbors(n_neighbors=k).fit(train).kneighbors(test)[0][:, -1]

    def unit(rows):
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    return {
        "input": {
            "width": width,
            "classes": classes,
            "k": k,
            "labels": labels.tolist(),
            "train": train.ravel().tolist(),
            "test": test.ravel().tolist(),
        },
        "expected": {
            "mahalanobis": (-np.min(distances, axis=1)).tolist(),
            "knn": (-kth(train, test)).tolist(),
            "knnUnit": (-kth(unit(train), unit(test))).tolist(),
        },
    }


def scores():
    classes = 6
    logits = np.round(rng.normal(size=(20, classes)) * 5, 3)
    return {
        "input": {"classes": classes, "logits": logits.ravel().tolist()},
        "expected": {
            "msp": softmax(logits, axis=1).max(1).tolist(),
            "maxLogit": logits.max(1).tolist(),
            "energy": logsumexp(logits, axis=1).tolist(),
            "energyAt2": (2 * logsumexp(logits / 2, axis=1)).tolist(),
            "entropy": (-entropy(softmax(logits, axis=1), axis=1)).tolist(),
        },
    }


def detection():
    cases = []
    for known, unknown, is_distinct in detection_inputs():
        known, unknown = np.round(known, 5), np.round(unknown, 5)
        cases.append(detection_case(known, unknown, rng.random(len(known)) < 0.7, is_distinct))
    return cases


json.dump(
    {
        "generator": "packages/metrics/test/golden/makeDetection.py",
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "command": "python makeDetection.py > detection.json",
        "seed": SEED,
        "detection": detection(),
        "calibration": calibration(),
        "features": features(),
        "scores": scores(),
    },
    sys.stdout,
    default=float,
)
print()
