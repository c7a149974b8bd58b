"""Every architecture of this package in PyTorch, from its description: the other side of parity checks."""

import torch
import torch.nn.functional as F
from torch import nn

DROPOUT_SEED = 7


def conv(inputs, outputs, size, stride=1, padding=0, groups=1, bias=False):
    return nn.Conv2d(inputs, outputs, size, stride, padding, groups=groups, bias=bias)


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.conv1 = conv(inputs, outputs, 3, stride, 1)
        self.bn1 = nn.BatchNorm2d(outputs)
        self.conv2 = conv(outputs, outputs, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.shortcut(x))


class PreActBlock(nn.Module):
    shortcut_takes_activated = False

    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = conv(inputs, outputs, 3, stride, 1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = conv(outputs, outputs, 3, 1, 1)
        self.shortcut = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.shortcut = nn.Sequential(conv(inputs, outputs, 1, stride))

    def forward(self, x):
        activated = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(activated))))
        is_projected = self.shortcut_takes_activated and len(self.shortcut) > 0
        return self.shortcut(activated if is_projected else x) + y


class PreActBlockV2(PreActBlock):
    shortcut_takes_activated = True


class ResNet18(nn.Module):
    def __init__(self, width, classes, block=BasicBlock):
        super().__init__()
        self.is_pre = issubclass(block, PreActBlock)
        channels = width(64)
        self.conv1 = conv(3, channels, 3, 1, 1)
        if not self.is_pre:
            self.bn1 = nn.BatchNorm2d(channels)
        for i, (base, stride) in enumerate([(64, 1), (128, 2), (256, 2), (512, 2)]):
            outputs = width(base)
            stage = nn.Sequential(block(channels, outputs, stride), block(outputs, outputs, 1))
            setattr(self, f"layer{i + 1}", stage)
            channels = outputs
        if self.is_pre:
            self.bn = nn.BatchNorm2d(channels)
        self.linear = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.conv1(x)
        if not self.is_pre:
            x = F.relu(self.bn1(x))
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        if self.is_pre:
            x = F.relu(self.bn(x))
        return self.linear(x.mean((2, 3)))


class WideBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = conv(inputs, outputs, 3, stride, 1)
        self.bn2 = nn.BatchNorm2d(outputs)
        self.conv2 = conv(outputs, outputs, 3, 1, 1)
        if inputs != outputs:
            self.conv_shortcut = conv(inputs, outputs, 1, stride)
        self.is_equal = inputs == outputs

    def forward(self, x):
        activated = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(activated))))
        return y + (x if self.is_equal else self.conv_shortcut(activated))


class WideGroup(nn.Module):
    def __init__(self, inputs, outputs, stride, blocks):
        super().__init__()
        rest = [WideBlock(outputs, outputs, 1) for _ in range(blocks - 1)]
        self.layer = nn.Sequential(WideBlock(inputs, outputs, stride), *rest)

    def forward(self, x):
        return self.layer(x)


class WideResNet(nn.Module):
    def __init__(self, width, classes, depth, widen):
        super().__init__()
        blocks = (depth - 4) // 6
        a, b, c, d = width(16), width(16 * widen), width(32 * widen), width(64 * widen)
        self.conv1 = conv(3, a, 3, 1, 1)
        self.block1 = WideGroup(a, b, 1, blocks)
        self.block2 = WideGroup(b, c, 2, blocks)
        self.block3 = WideGroup(c, d, 2, blocks)
        self.bn1 = nn.BatchNorm2d(d)
        self.fc = nn.Linear(d, classes)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


class SigmoidGelu(nn.Module):
    def forward(self, x):
        return x * torch.sigmoid(1.702 * x)


def philox(counter, key):
    """Philox4x32-10 (Salmon et al., SC 2011)."""
    (a, b, c, d), (k, m) = counter, key
    for _ in range(10):
        left, right = 0xD2511F53 * a, 0xCD9E8D57 * c
        a, b = (right >> 32) ^ b ^ k, right & 0xFFFFFFFF
        c, d = (left >> 32) ^ d ^ m, left & 0xFFFFFFFF
        k, m = (k + 0x9E3779B9) & 0xFFFFFFFF, (m + 0xBB67AE85) & 0xFFFFFFFF
    return a, b, c, d


class SharedDropout(nn.Module):
    """Dropout at 1/2 with the masks of our package: one bit per element of [batch, height, width, channel]."""

    def __init__(self, name):
        super().__init__()
        self.purpose, self.step = fnv1a(f"dropout.{name}"), 0

    def forward(self, x):
        if not self.training:
            return x
        blocks = -(-x.numel() // 128)
        words = [w for i in range(blocks) for w in philox((i, 0, self.step, self.purpose), (DROPOUT_SEED, 0))]
        bits = [word >> bit & 1 for word in words for bit in range(32)][: x.numel()]
        self.step += 1
        batch, channel, height, width = x.shape
        mask = torch.tensor(bits, dtype=x.dtype).reshape(batch, height, width, channel)
        return x * 2 * mask.permute(0, 3, 1, 2)


class AllConv(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        narrow, wide = width(96), width(192)
        modules = []

        def layer(inputs, outputs, size, padding):
            modules.extend([conv(inputs, outputs, size, 1, padding, bias=True)])
            modules.extend([nn.BatchNorm2d(outputs), SigmoidGelu()])

        layer(3, narrow, 3, 1)
        layer(narrow, narrow, 3, 1)
        layer(narrow, narrow, 3, 1)
        modules.extend([nn.MaxPool2d(2), SharedDropout(f"features.{len(modules) + 1}")])
        layer(narrow, wide, 3, 1)
        layer(wide, wide, 3, 1)
        layer(wide, wide, 3, 1)
        modules.extend([nn.MaxPool2d(2), SharedDropout(f"features.{len(modules) + 1}")])
        layer(wide, wide, 3, 0)
        layer(wide, wide, 1, 1)
        layer(wide, wide, 1, 1)
        modules.append(nn.AvgPool2d(8))
        self.features = nn.Sequential(*modules)
        self.classifier = nn.Linear(wide, classes)

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


class DenseLayer(nn.Module):
    def __init__(self, inputs, growth):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(inputs)
        self.conv1 = conv(inputs, growth, 3, 1, 1)

    def forward(self, x):
        return torch.cat((x, self.conv1(F.relu(self.bn1(x)))), 1)


class Transition(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.bn1 = nn.BatchNorm2d(channels)
        self.conv1 = conv(channels, channels, 1)

    def forward(self, x):
        return F.avg_pool2d(self.conv1(F.relu(self.bn1(x))), 2)


class DenseNet40(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        growth = width(12)
        channels = 2 * growth
        self.conv1 = conv(3, channels, 3, 1, 1)
        for block in (1, 2, 3):
            layers = []
            for _ in range(12):
                layers.append(DenseLayer(channels, growth))
                channels += growth
            setattr(self, f"dense{block}", nn.Sequential(*layers))
            if block < 3:
                setattr(self, f"trans{block}", Transition(channels))
        self.bn1 = nn.BatchNorm2d(channels)
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = self.trans1(self.dense1(self.conv1(x)))
        x = self.dense3(self.trans2(self.dense2(x)))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


class NextBlock(nn.Module):
    def __init__(self, inputs, inner, outputs, stride):
        super().__init__()
        self.conv_reduce = conv(inputs, inner, 1)
        self.bn_reduce = nn.BatchNorm2d(inner)
        self.conv_conv = conv(inner, inner, 3, stride, 1, groups=4)
        self.bn = nn.BatchNorm2d(inner)
        self.conv_expand = conv(inner, outputs, 1)
        self.bn_expand = nn.BatchNorm2d(outputs)
        self.downsample = nn.Sequential()
        if stride != 1 or inputs != outputs:
            self.downsample = nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))

    def forward(self, x):
        y = F.relu(self.bn_reduce(self.conv_reduce(x)))
        y = F.relu(self.bn(self.conv_conv(y)))
        return F.relu(self.bn_expand(self.conv_expand(y)) + self.downsample(x))


class ResNeXt29(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        channels = width(64)
        self.conv_1_3x3 = conv(3, channels, 3, 1, 1)
        self.bn_1 = nn.BatchNorm2d(channels)
        for i, (inner, out, stride) in enumerate([(128, 256, 1), (256, 512, 2), (512, 1024, 2)]):
            inner, out = 4 * width(inner // 4), width(out)
            blocks = [NextBlock(channels, inner, out, stride)]
            blocks += [NextBlock(out, inner, out, 1) for _ in range(2)]
            setattr(self, f"stage_{i + 1}", nn.Sequential(*blocks))
            channels = out
        self.classifier = nn.Linear(channels, classes)

    def forward(self, x):
        x = F.relu(self.bn_1(self.conv_1_3x3(x)))
        x = self.stage_3(self.stage_2(self.stage_1(x)))
        return self.classifier(x.mean((2, 3)))


class ConvBnRelu(nn.Sequential):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.add_module("conv", conv(inputs, outputs, 3, 1, 1))
        self.add_module("bn", nn.BatchNorm2d(outputs))
        self.add_module("relu", nn.ReLU())


class FastStage(ConvBnRelu):
    def __init__(self, inputs, outputs, has_residual):
        super().__init__(inputs, outputs)
        if has_residual:
            pair = nn.Sequential(ConvBnRelu(outputs, outputs), ConvBnRelu(outputs, outputs))
            self.residual = pair
        self.has_residual = has_residual

    def forward(self, x):
        x = F.max_pool2d(self.relu(self.bn(self.conv(x))), 2)
        return x + self.residual(x) if self.has_residual else x


class FastNet(nn.Module):
    def __init__(self, width, classes):
        super().__init__()
        a, b, c, d = width(16), width(48), width(96), width(192)
        self.stem = ConvBnRelu(3, a)
        self.stage1 = FastStage(a, b, True)
        self.stage2 = FastStage(b, c, False)
        self.stage3 = FastStage(c, d, True)
        self.linear = nn.Linear(d, classes, bias=False)

    def forward(self, x):
        x = self.stage3(self.stage2(self.stage1(self.stem(x))))
        return 0.125 * self.linear(x.amax((2, 3)))


class TorchvisionBlock(nn.Module):
    """The basic block with torchvision's name for the projection."""

    expansion = 1

    def __init__(self, inputs, inner, stride):
        super().__init__()
        self.conv1 = conv(inputs, inner, 3, stride, 1)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = conv(inner, inner, 3, 1, 1)
        self.bn2 = nn.BatchNorm2d(inner)
        self.downsample = projection(inputs, inner, stride)

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        return F.relu(y + self.downsample(x))


class Bottleneck(nn.Module):
    expansion = 4

    def __init__(self, inputs, inner, stride):
        super().__init__()
        self.conv1 = conv(inputs, inner, 1)
        self.bn1 = nn.BatchNorm2d(inner)
        self.conv2 = conv(inner, inner, 3, stride, 1)
        self.bn2 = nn.BatchNorm2d(inner)
        self.conv3 = conv(inner, 4 * inner, 1)
        self.bn3 = nn.BatchNorm2d(4 * inner)
        self.downsample = projection(inputs, 4 * inner, stride)

    def forward(self, x):
        y = F.relu(self.bn1(self.conv1(x)))
        y = F.relu(self.bn2(self.conv2(y)))
        return F.relu(self.bn3(self.conv3(y)) + self.downsample(x))


def projection(inputs, outputs, stride):
    if stride == 1 and inputs == outputs:
        return nn.Sequential()
    return nn.Sequential(conv(inputs, outputs, 1, stride), nn.BatchNorm2d(outputs))


class ImageNetResNet(nn.Module):
    def __init__(self, width, classes, block, depths):
        super().__init__()
        channels = width(64)
        self.conv1 = nn.Conv2d(3, channels, 7, 2, 3, bias=False)
        self.bn1 = nn.BatchNorm2d(channels)
        for i, (base, depth) in enumerate(zip([64, 128, 256, 512], depths)):
            blocks = []
            for j in range(depth):
                blocks.append(block(channels, width(base), 2 if i > 0 and j == 0 else 1))
                channels = block.expansion * width(base)
            setattr(self, f"layer{i + 1}", nn.Sequential(*blocks))
        self.fc = nn.Linear(channels, classes)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def fnv1a(text):
    state = 0x811C9DC5
    for code in text.encode():
        state = ((state ^ code) * 0x01000193) & 0xFFFFFFFF
    return state


ARCHITECTURES = {
    "fastnet": FastNet,
    "resnet18": ResNet18,
    "preact-resnet18": lambda width, classes: ResNet18(width, classes, PreActBlock),
    "preact-resnet18-v2": lambda width, classes: ResNet18(width, classes, PreActBlockV2),
    "wrn-40-2": lambda width, classes: WideResNet(width, classes, 40, 2),
    "wrn-28-10": lambda width, classes: WideResNet(width, classes, 28, 10),
    "allconv": AllConv,
    "densenet-40-12": DenseNet40,
    "resnext-29-4x32d": ResNeXt29,
    "resnet18-imagenet": lambda width, classes: ImageNetResNet(
        width, classes, TorchvisionBlock, [2, 2, 2, 2]
    ),
    "resnet50": lambda width, classes: ImageNetResNet(width, classes, Bottleneck, [3, 4, 6, 3]),
}


def build(name, width, classes):
    """The network `name`, every number of channels times `width` (at least 1), in float64."""
    return ARCHITECTURES[name](lambda channels: max(1, int(channels * width + 0.5)), classes).double()
