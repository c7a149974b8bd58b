"""Losses of SGD steps in PyTorch, for comparing ours with: same network, same weights, same batches."""

import torch
import torch.nn.functional as F

PRECISIONS = {"float64": torch.float64, "float32": torch.float32, "bfloat16": torch.float32}


def sgd_losses(net, images, labels, learning_rate, momentum, weight_decay, precision="float32"):
    """One training step per batch, with Nesterov momentum; the loss of each batch before its update.

    images: [steps, batch, 3, height, width]; labels: [steps, batch]. "bfloat16" is autocast over float32 weights.
    """
    net = net.to(PRECISIONS[precision], memory_format=torch.channels_last).train()
    optimizer = torch.optim.SGD(
        net.parameters(), lr=learning_rate, momentum=momentum, weight_decay=weight_decay, nesterov=True
    )
    losses = []
    for batch, classes in zip(images.to(PRECISIONS[precision]), labels):
        optimizer.zero_grad()
        with torch.autocast("cpu", dtype=torch.bfloat16, enabled=precision == "bfloat16"):
            logits = net(batch.contiguous(memory_format=torch.channels_last))
        loss = F.cross_entropy(logits.double() if precision == "float64" else logits.float(), classes)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses
