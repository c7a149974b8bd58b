"""Writes attackRestatement.json: what a second statement of the attacks, in PyTorch, gives on the net of attacks.json.

    python makeAttacks.py            (torch 2.13.0, numpy; CPU, seconds)

attacks.json holds the reference implementation's FGSM, PGD and APGD. This file holds what that lacks: the
difference-of-logits losses with autograd's derivatives, APGD towards targets, FAB towards targets, and Square's
bumps. APGD below is first checked against attacks.json; hyperplane projections sort break points, where the
package runs Newton's method. float32 unless said otherwise.
"""

import json
import math
import pathlib

import numpy as np
import torch

HERE = pathlib.Path(__file__).parent
REFERENCE = json.loads((HERE / "attacks.json").read_text())
COUNT, SIZE, HIDDEN, CLASSES = 6, 48, 16, 5


def formula(rows, columns, entry):
    return torch.tensor([[entry(i, j) for j in range(columns)] for i in range(rows)])


FIRST = formula(HIDDEN, SIZE, lambda i, j: 0.35 * math.sin(0.7 * i + 1.3 * j + 0.5))
BIAS = torch.tensor([0.1 * math.cos(i) for i in range(HIDDEN)])
SECOND = formula(CLASSES, HIDDEN, lambda k, i: 0.8 * math.cos(0.9 * k - 0.6 * i))
IMAGES = formula(COUNT, SIZE, lambda n, p: 0.5 + 0.45 * math.sin(0.37 * p + 1.1 * n))
LABELS = torch.tensor(REFERENCE["y"])


def net(x):
    return torch.tanh(x.flatten(1) @ FIRST.T + BIAS) @ SECOND.T


def cross_entropy(logits, labels):
    return torch.nn.functional.cross_entropy(logits, labels, reduction="none")


def pick(logits, classes):
    return logits.gather(1, classes[:, None])[:, 0]


def dlr(logits, labels):
    ordered = logits.sort(1, descending=True).values
    others = logits.scatter(1, labels[:, None], -math.inf).max(1).values
    return -(pick(logits, labels) - others) / (ordered[:, 0] - ordered[:, 2] + 1e-12)


def dlr_targeted(targets):
    def loss(logits, labels):
        ordered = logits.sort(1, descending=True).values
        spread = ordered[:, 0] - 0.5 * (ordered[:, 2] + ordered[:, 3])
        return -(pick(logits, labels) - pick(logits, targets)) / (spread + 1e-12)

    return loss


def norms(d, norm):
    flat = d.flatten(1)
    value = flat.abs().amax(1) if norm == "Linf" else flat.norm(dim=1)
    return value.view(-1, *[1] * (d.dim() - 1))


def into_ball(x, centre, norm, epsilon):
    if norm == "Linf":
        return torch.clamp(torch.minimum(torch.maximum(x, centre - epsilon), centre + epsilon), 0, 1)
    length = norms(x - centre, norm)
    return torch.clamp(centre + (x - centre) / (length + 1e-12) * length.clamp(max=epsilon), 0, 1)


def look(model, x, labels, loss):
    x = x.detach().requires_grad_()
    logits = model(x)
    losses = loss(logits, labels)
    (gradient,) = torch.autograd.grad(losses.sum(), x)
    return logits.detach(), losses.detach(), gradient


def apgd(model, images, labels, loss, norm, epsilon, iterations, start=None):
    """Best points, best losses, last misclassified points, and who is misclassified."""
    broadcast = [-1] + [1] * (images.dim() - 1)
    x = images.clone() if start is None else start
    before = x.clone()
    logits, best_loss, g = look(model, x, labels, loss)
    best, best_g = x.clone(), g.clone()
    broken = logits.argmax(1) != labels
    adversarial = x.clone()
    step = torch.full_like(best_loss, 2 * epsilon)
    halved, best_at_check = torch.ones_like(broken), best_loss.clone()
    history = []
    window, since = max(int(0.22 * iterations), 1), 0
    for i in range(iterations):
        unit = g.sign() if norm == "Linf" else g / (norms(g, norm) + 1e-12)
        z = into_ball(x + step.view(broadcast) * unit, images, norm, epsilon)
        a = 0.75 if i else 1.0
        moved = into_ball(x + a * (z - x) + (1 - a) * (x - before), images, norm, epsilon)
        before, x = x.clone(), moved
        logits, losses, g = look(model, x, labels, loss)
        wrong = logits.argmax(1) != labels
        adversarial[wrong] = x[wrong]
        broken |= wrong
        better = losses > best_loss
        best[better], best_g[better], best_loss[better] = x[better], g[better], losses[better]
        history.append(losses)
        since += 1
        if since == window:
            previous = [torch.zeros_like(losses) if j == 0 else history[j - 1] for j in range(i - window + 1, i + 1)]
            rises = sum((history[i - window + 1 + j] > p).int() for j, p in enumerate(previous))
            halve = (rises <= 0.75 * window) | (~halved & (best_at_check >= best_loss))
            halved, best_at_check = halve, best_loss.clone()
            step[halve] /= 2
            x[halve], g[halve] = best[halve], best_g[halve]
            window, since = max(window - max(int(0.03 * iterations), 1), max(int(0.06 * iterations), 1)), 0
    return best, best_loss, adversarial, broken


def project(points, w, b, norm):
    """Smallest change onto {w·x = b} within the unit box; break points are sorted."""
    excess = (w * points).sum(1) - b
    w = torch.where(excess[:, None] < 0, -w, w)
    excess = excess.abs()
    room = torch.where(w > 0, points, 1 - points) * (w != 0)
    rate = (w != 0).double() if norm == "Linf" else w.abs()
    full = torch.where(w != 0, room / rate, torch.inf)  # multiplier at which a coordinate meets the box
    order = full.argsort(1)
    turn = full.gather(1, order)
    filled = (w.abs() * room).gather(1, order).cumsum(1)
    pace = (w.abs() * rate).gather(1, order)
    zero = torch.zeros_like(excess)[:, None]
    done = torch.cat([zero, filled[:, :-1]], 1)  # by coordinates that met the box before the k-th
    rest = pace.sum(1, keepdim=True) - torch.cat([zero, pace.cumsum(1)[:, :-1]], 1)
    candidate = (excess[:, None] - done) / rest.clamp(min=1e-300)
    fits = (candidate <= turn) & (rest > 0)
    first = fits.int().argmax(1, keepdim=True)
    multiplier = torch.where(fits.any(1, keepdim=True), candidate.gather(1, first).clamp(min=0), torch.inf)
    return -w.sign() * torch.minimum((multiplier * rate).nan_to_num(0), room)


def fab(model, images, labels, targets, norm, iterations):
    """Nearest adversarial points and their distances; infinite where none was found."""
    flat = images.flatten(1).double()
    x = images.clone()
    nearest, distance = images.clone(), torch.full((len(images),), math.inf)

    def loss(logits, own):
        return pick(logits, targets) - pick(logits, own)

    broadcast = [-1] + [1] * (images.dim() - 1)
    for _ in range(iterations):
        _, value, g = look(model, x, labels, loss)
        w = g.flatten(1).double()
        b = (w * x.flatten(1).double()).sum(1) - value.double()
        d = project(x.flatten(1).double(), w, b, norm).view_as(x)
        d0 = project(flat, w, b, norm).view_as(x)
        own, clean = norms(d, norm).clamp(min=1e-8), norms(d0, norm).clamp(min=1e-8)
        alpha = (own / (own + clean)).clamp(max=0.1)
        x = ((1 - alpha) * (x + 1.05 * d) + alpha * (images + 1.05 * d0)).clamp(0, 1).float()
        with torch.no_grad():
            wrong = model(x).argmax(1) != labels
        size = norms(x - images, norm).flatten()
        better = wrong & (size < distance)
        nearest[better], distance[better] = x[better], size[better]
        x = torch.where(wrong.view(broadcast), images + 0.9 * (x - images), x)
    return nearest, distance


def bump(side):
    """Square's L2 window, upper half up and lower half down, before a turn."""

    def hill(height, width):
        rows = np.abs(np.arange(height) - height // 2)[:, None]
        columns = np.abs(np.arange(width) - width // 2)[None]
        reach = np.maximum(rows, columns)  # the rectangles that cover a cell are those of at least this index
        most = max(height // 2, width // 2)
        values = np.array([[sum(1 / (k + 1) ** 2 for k in range(r, most + 1)) for r in row] for row in reach])
        return values / np.sqrt((values**2).sum())

    values = np.concatenate([hill(side // 2, side), -hill(side - side // 2, side)])
    return values / np.sqrt((values**2).sum())


def main():
    for norm, epsilon in [("Linf", 8 / 255), ("L2", 0.5)]:
        for name, loss in [("ce", cross_entropy), ("dlr", dlr)]:
            found = apgd(net, IMAGES, LABELS, loss, norm, epsilon, 20)
            wanted = REFERENCE[f"apgd_{norm}_{name}_20"]["loss_best"]
            gap = (found[1] / torch.tensor(wanted) - 1).abs().max().item()
            print(f"apgd {norm} {name}: largest relative difference of a loss from the reference {gap:.2g}")
            assert gap < 1e-4
    ranked = net(IMAGES).sort(1, descending=True).indices
    document = {"generator": "makeAttacks.py", "torch": torch.__version__, "apgdTargeted": {}, "fab": {}}
    for norm, epsilon in [("Linf", 4 / 255), ("L2", 0.15)]:
        for rank in [2, 3]:
            targets = ranked[:, rank - 1]
            best, losses, _, broken = apgd(net, IMAGES, LABELS, dlr_targeted(targets), norm, epsilon, 20)
            document["apgdTargeted"][f"{norm}-{rank}"] = {
                "epsilon": epsilon,
                "targets": targets.tolist(),
                "losses": losses.tolist(),
                "broken": broken.int().tolist(),
                "firstImage": best[0].tolist(),
            }
            nearest, distances = fab(net, IMAGES, LABELS, targets, norm, 30)
            document["fab"][f"{norm}-{rank}"] = {
                "targets": targets.tolist(),
                "distances": distances.tolist(),
                "firstImage": nearest[0].tolist(),
            }
    document["losses"] = []
    generator = np.random.default_rng(7)
    for _ in range(12):
        row = generator.normal(size=6).round(3)
        label, target = generator.choice(6, 2, replace=False).tolist()
        case = {"logits": row.tolist(), "label": label, "target": target}
        choices = {"crossEntropy": cross_entropy, "dlr": dlr, "dlrTargeted": dlr_targeted(torch.tensor([target]))}
        for name, loss in choices.items():
            logits = torch.tensor(row[None], requires_grad=True)
            value = loss(logits, torch.tensor([label]))
            value.sum().backward()
            case[name] = {"value": value.item(), "gradient": logits.grad[0].tolist()}
        document["losses"].append(case)
    document["bumps"] = {str(side): bump(side).round(9).flatten().tolist() for side in [2, 3, 5, 6, 7]}
    (HERE / "attackRestatement.json").write_text(json.dumps(document) + "\n")


if __name__ == "__main__":
    main()
