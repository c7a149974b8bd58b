"""Writes scikit-learn and SciPy answers for the tests: python makeGolden.py > scikitLearn.json"""
import json
import platform
import sys

import numpy as np
import scipy
import sklearn
from scipy.special import log_softmax, softmax
from scipy.stats import binomtest, norm
from sklearn.metrics import accuracy_score, brier_score_loss, confusion_matrix, log_loss, top_k_accuracy_score

SEED = 20211001
rng = np.random.default_rng(SEED)
batch, classes = 60, 7
labels = rng.integers(0, classes, batch)
logits = np.round(rng.normal(size=(batch, classes)) * 2 + 2.0 * np.eye(classes)[labels], 4)
probabilities = softmax(logits, axis=1)
predicted = logits.argmax(1)
pairs = [(0, 0), (1, 0), (5, 2), (40, 61), (700, 650)]
rates = [(0, 10, 0.95), (7, 10, 0.9), (9500, 10000, 0.95), (10000, 10000, 0.99)]

json.dump(
    {
        "generator": "packages/metrics/test/golden/makeGolden.py",
        "versions": {
            "python": platform.python_version(),
            "numpy": np.__version__,
            "scipy": scipy.__version__,
            "scikit-learn": sklearn.__version__,
        },
        "command": "python makeGolden.py > scikitLearn.json",
        "seed": SEED,
        "input": {
            "classes": classes,
            "labels": labels.tolist(),
            "logits": logits.ravel().tolist(),
            "pairs": pairs,
            "rates": rates,
        },
        "expected": {
            "accuracy": accuracy_score(labels, predicted),
            "top3": top_k_accuracy_score(labels, logits, k=3, labels=range(classes)),
            "confusion": confusion_matrix(labels, predicted, labels=range(classes)).ravel().tolist(),
            "nll": log_loss(labels, probabilities, labels=range(classes)),
            "logSoftmaxNll": float(-log_softmax(logits, axis=1)[np.arange(batch), labels].mean()),
            "brier": float(((probabilities - np.eye(classes)[labels]) ** 2).sum(1).mean()),
            "binaryBrier": brier_score_loss(labels % 2, probabilities[:, 0]),
            "softmax": probabilities.ravel().tolist(),
            "mcnemar": [binomtest(b, b + c).pvalue if b + c else 1.0 for b, c in pairs],
            "wilson": [
                list(binomtest(k, n).proportion_ci(confidence_level=level, method="wilson"))
                for k, n, level in rates
            ],
            "quantiles": [norm.ppf((1 + c) / 2) for c in (0.5, 0.9, 0.95, 0.99, 0.999999)],
        },
    },
    sys.stdout,
    indent=1,
)
print()
