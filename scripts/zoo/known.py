"""State dicts of architectures that people have without their graph, and PyTorch's logits of them: the fixture of
src/formats/import/knownWeights.test.ts. The modules are written as in the programs that src/zoo/known/ names; weights and
images follow from a formula, which the test repeats.

    pip install torch torchvision
    python3 scripts/zoo/known.py src/formats/import/fixtures/known.json.gz
"""
import gzip
import json
import sys

import torch
import torch.nn.functional as F
import torchvision
from torch import nn


def conv3(inside, out, stride=1):
    return nn.Conv2d(inside, out, 3, stride, 1, bias=False)


class BasicBlock(nn.Module):
    def __init__(self, inside, out, stride, option):
        super().__init__()
        self.conv1, self.bn1 = conv3(inside, out, stride), nn.BatchNorm2d(out)
        self.conv2, self.bn2 = conv3(out, out), nn.BatchNorm2d(out)
        self.shortcut, self.out, self.inside, self.option, self.stride = nn.Sequential(), out, inside, option, stride
        if option == 'B' and (stride != 1 or inside != out):
            self.shortcut = nn.Sequential(nn.Conv2d(inside, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
        if self.option == 'A' and self.stride != 1:  # akamaster/pytorch_resnet_cifar10
            extra = self.out // 4
            return F.relu(y + F.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, extra, extra)))
        return F.relu(y + self.shortcut(x))


class ResNet(nn.Module):
    def __init__(self, blocks, widths, option, classes=10):
        super().__init__()
        self.conv1, self.bn1 = conv3(3, widths[0]), nn.BatchNorm2d(widths[0])
        inside = widths[0]
        for stage, (count, out) in enumerate(zip(blocks, widths)):
            layers = []
            for block in range(count):
                layers.append(BasicBlock(inside, out, 2 if stage > 0 and block == 0 else 1, option))
                inside = out
            setattr(self, f'layer{stage + 1}', nn.Sequential(*layers))
        self.stages, self.linear = len(blocks), nn.Linear(inside, classes)

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        for stage in range(self.stages):
            x = getattr(self, f'layer{stage + 1}')(x)
        return self.linear(x.mean((2, 3)))


class Vgg(nn.Module):
    def __init__(self, plan, normalized, hidden=None):
        super().__init__()
        layers, inside = [], 3
        for out in plan:
            if out == 'M':
                layers.append(nn.MaxPool2d(2, 2))
                continue
            layers += [nn.Conv2d(inside, out, 3, padding=1), *([nn.BatchNorm2d(out)] if normalized else []), nn.ReLU()]
            inside = out
        self.features = nn.Sequential(*layers)
        self.classifier = nn.Linear(inside, 10)
        if hidden:
            self.classifier = nn.Sequential(nn.Linear(inside, hidden), nn.ReLU(), nn.Dropout(), nn.Linear(hidden, hidden),
                                            nn.ReLU(), nn.Dropout(), nn.Linear(hidden, 10))

    def forward(self, x):
        return self.classifier(self.features(x).flatten(1))


VGG11 = [16, 'M', 32, 'M', 64, 64, 'M', 128, 128, 'M', 128, 128, 'M']
VGG13 = [16, 16, 'M', 32, 32, 'M', 64, 64, 'M', 128, 128, 'M', 128, 128, 'M']


class TutorialNet(nn.Module):
    def __init__(self, channels=3, pad=0):
        super().__init__()
        self.conv1, self.pool, self.conv2 = nn.Conv2d(channels, 6, 5, padding=pad), nn.MaxPool2d(2, 2), nn.Conv2d(6, 16, 5)
        self.fc1, self.fc2, self.fc3 = nn.Linear(400, 120), nn.Linear(120, 84), nn.Linear(84, 10)

    def forward(self, x):
        x = self.pool(F.relu(self.conv2(self.pool(F.relu(self.conv1(x))))))
        return self.fc3(F.relu(self.fc2(F.relu(self.fc1(torch.flatten(x, 1))))))


class MnistNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv1, self.conv2 = nn.Conv2d(1, 32, 3, 1), nn.Conv2d(32, 64, 3, 1)
        self.fc1, self.fc2 = nn.Linear(9216, 128), nn.Linear(128, 10)

    def forward(self, x):
        x = torch.flatten(F.max_pool2d(F.relu(self.conv2(F.relu(self.conv1(x)))), 2), 1)
        return self.fc2(F.relu(self.fc1(x)))


class MobileBlock(nn.Module):
    def __init__(self, inside, out, stride):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(inside, inside, 3, stride, 1, groups=inside, bias=False), nn.BatchNorm2d(inside)
        self.conv2, self.bn2 = nn.Conv2d(inside, out, 1, bias=False), nn.BatchNorm2d(out)

    def forward(self, x):
        return F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))


class MobileNet(nn.Module):
    def __init__(self, stem=8):
        super().__init__()
        plan = [(2, 1), (4, 2), (4, 1), (8, 2), (8, 1), (16, 2), *[(16, 1)] * 5, (32, 2), (32, 1)]
        self.conv1, self.bn1, inside, layers = conv3(3, stem), nn.BatchNorm2d(stem), stem, []
        for width, stride in plan:
            layers.append(MobileBlock(inside, stem * width, stride))
            inside = stem * width
        self.layers, self.linear = nn.Sequential(*layers), nn.Linear(inside, 10)

    def forward(self, x):
        return self.linear(self.layers(F.relu(self.bn1(self.conv1(x)))).mean((2, 3)))


class Inverted(nn.Module):
    def __init__(self, inside, out, expansion, stride):
        super().__init__()
        planes, self.stride = expansion * inside, stride
        self.conv1, self.bn1 = nn.Conv2d(inside, planes, 1, bias=False), nn.BatchNorm2d(planes)
        self.conv2, self.bn2 = nn.Conv2d(planes, planes, 3, stride, 1, groups=planes, bias=False), nn.BatchNorm2d(planes)
        self.conv3, self.bn3 = nn.Conv2d(planes, out, 1, bias=False), nn.BatchNorm2d(out)
        self.shortcut = nn.Sequential()
        if stride == 1 and inside != out:
            self.shortcut = nn.Sequential(nn.Conv2d(inside, out, 1, bias=False), nn.BatchNorm2d(out))

    def forward(self, x):
        y = F.relu(self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x))))))
        y = self.bn3(self.conv3(y))
        return y + self.shortcut(x) if self.stride == 1 else y


class MobileNetV2(nn.Module):
    PLAN = [(1, 16, 1, 1), (6, 24, 2, 1), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)]

    def __init__(self):
        super().__init__()
        self.conv1, self.bn1, inside, layers = conv3(3, 32), nn.BatchNorm2d(32), 32, []
        for expansion, out, count, stride in self.PLAN:
            for step in [stride] + [1] * (count - 1):
                layers.append(Inverted(inside, out, expansion, step))
                inside = out
        self.layers = nn.Sequential(*layers)
        self.conv2, self.bn2 = nn.Conv2d(320, 1280, 1, bias=False), nn.BatchNorm2d(1280)
        self.linear = nn.Linear(1280, 10)

    def forward(self, x):
        x = self.layers(F.relu(self.bn1(self.conv1(x))))
        return self.linear(F.relu(self.bn2(self.conv2(x))).mean((2, 3)))


class WideBlock(nn.Module):
    def __init__(self, inside, out, stride):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inside), conv3(inside, out, stride)
        self.bn2, self.conv2 = nn.BatchNorm2d(out), conv3(out, out)
        self.convShortcut = nn.Conv2d(inside, out, 1, stride, bias=False) if inside != out else None

    def forward(self, x):
        before = F.relu(self.bn1(x))
        y = self.conv2(F.relu(self.bn2(self.conv1(before))))
        return torch.add(self.convShortcut(before) if self.convShortcut else x, y)


class WideResNet(nn.Module):
    def __init__(self, n, k):
        super().__init__()
        widths, inside = [16, 16 * k, 32 * k, 64 * k], 16
        self.conv1 = conv3(3, 16)
        for stage, out in enumerate(widths[1:]):
            blocks = []
            for block in range(n):
                blocks.append(WideBlock(inside, out, 2 if stage > 0 and block == 0 else 1))
                inside = out
            setattr(self, f'block{stage + 1}', nn.Sequential(*blocks))
        self.bn1, self.fc = nn.BatchNorm2d(inside), nn.Linear(inside, 10)

    def forward(self, x):
        x = self.block3(self.block2(self.block1(self.conv1(x))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


class DenseLayer(nn.Module):
    def __init__(self, inside, growth):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inside), nn.Conv2d(inside, 4 * growth, 1, bias=False)
        self.bn2, self.conv2 = nn.BatchNorm2d(4 * growth), conv3(4 * growth, growth)

    def forward(self, x):
        return torch.cat([x, self.conv2(F.relu(self.bn2(self.conv1(F.relu(self.bn1(x))))))], 1)


class Transition(nn.Module):
    def __init__(self, inside, out):
        super().__init__()
        self.bn1, self.conv1 = nn.BatchNorm2d(inside), nn.Conv2d(inside, out, 1, bias=False)

    def forward(self, x):
        return F.avg_pool2d(self.conv1(F.relu(self.bn1(x))), 2)


class DenseNet(nn.Module):
    def __init__(self, depth=40, growth=12):
        super().__init__()
        inside = 2 * growth
        self.conv1 = conv3(3, inside)
        for block in range(1, 4):
            layers = []
            for _ in range((depth - 4) // 6):
                layers.append(DenseLayer(inside, growth))
                inside += growth
            setattr(self, f'block{block}', nn.Sequential(*layers))
            if block < 3:
                setattr(self, f'trans{block}', Transition(inside, inside // 2))
                inside //= 2
        self.bn1, self.fc = nn.BatchNorm2d(inside), nn.Linear(inside, 10)

    def forward(self, x):
        x = self.block3(self.trans2(self.block2(self.trans1(self.block1(self.conv1(x))))))
        return self.fc(F.relu(self.bn1(x)).mean((2, 3)))


def shares(count, start):
    """Numbers in [-0.5, 0.5), the same in the test."""
    return ((torch.arange(count, dtype=torch.float64) * 7919 + start * 104729) % 1009) / 1009 - 0.5


def filled(model):
    state = model.state_dict()
    for place, (name, tensor) in enumerate(state.items()):
        if name.endswith('num_batches_tracked'):
            continue
        u = shares(tensor.numel(), place)
        if tensor.dim() > 1:
            values = u * (24 / (tensor.numel() / tensor.shape[0])) ** 0.5
        elif name.endswith(('running_var', 'weight')):
            values = 1 + 0.4 * u
        else:
            values = 0.2 * u
        state[name] = values.float().reshape(tensor.shape)
    model.load_state_dict(state)
    return model.eval()


class KeywordSpotter(nn.Module):
    """DS-CNN; zeros are those of TensorFlow's "same", which PyTorch's padding cannot have with strides."""

    def __init__(self, blocks, width, first, second, bias):
        super().__init__()
        plan = [((10, 4), first), *[((3, 3), second if block == 0 else (1, 1)) for block in range(blocks)]]
        self.convs, self.bns = nn.ModuleList(), nn.ModuleList()
        for at, (size, stride) in enumerate(plan):
            inside, groups = (1, 1) if at == 0 else (width, width)
            self.convs.append(nn.Conv2d(inside, width, size, stride, groups=groups, bias=bias))
            if at > 0:
                self.convs.append(nn.Conv2d(width, width, 1, bias=bias))
        self.bns.extend(nn.BatchNorm2d(width) for _ in self.convs)
        self.linear = nn.Linear(width, 12)

    def forward(self, x):
        for conv, bn in zip(self.convs, self.bns):
            zeros = []
            for length, size, stride in reversed(list(zip(x.shape[2:], conv.kernel_size, conv.stride))):
                total = max(0, (-(-length // stride) - 1) * stride + size - length)
                zeros += [total // 2, total - total // 2]
            x = F.relu(bn(conv(F.pad(x, zeros))))
        return self.linear(x.mean((2, 3)))


CASES = {
    'ResNet-14': (ResNet([2, 2, 2], [16, 32, 64], 'B'), 3, 32),
    'ResNet-32': (ResNet([5, 5, 5], [16, 32, 64], 'A'), 3, 32),
    'ResNet-56': (ResNet([9, 9, 9], [16, 32, 64], 'A'), 3, 32),
    'ResNet-20, 32 filters first': (ResNet([3, 3, 3], [32, 64, 128], 'B'), 3, 32),
    'ResNet-18': (ResNet([2, 2, 2, 2], [8, 16, 32, 64], 'B'), 3, 32),
    'ResNet-18 (ImageNet)': (torchvision.models.resnet18(num_classes=10), 3, 64),
    'VGG-11 with batch norm': (Vgg(VGG11, True), 3, 32),
    'VGG-13': (Vgg(VGG13, False), 3, 32),
    'VGG-13 with batch norm, dense layers of 512': (Vgg(VGG13, True, 512), 3, 32),
    "Network of PyTorch's CIFAR-10 tutorial": (TutorialNet(), 3, 32),
    'LeNet-5': (TutorialNet(1, 2), 1, 28),
    "Network of PyTorch's MNIST example": (MnistNet(), 1, 28),
    'DS-CNN': (KeywordSpotter(4, 64, (2, 2), (1, 1), True), 1, (49, 10)),
    'DS-CNN-S': (KeywordSpotter(4, 64, (2, 2), (1, 1), False), 1, (49, 10)),
    'DS-CNN-M': (KeywordSpotter(4, 172, (2, 1), (2, 2), True), 1, (49, 10)),
    'DS-CNN-L': (KeywordSpotter(5, 276, (2, 1), (2, 2), False), 1, (49, 10)),
    'MobileNetV1 (CIFAR)': (MobileNet(), 3, 32),
    'MobileNetV2 (CIFAR)': (MobileNetV2(), 3, 32),
    'MobileNetV2': (torchvision.models.mobilenet_v2(num_classes=10), 3, 64),
    'WRN-16-4': (WideResNet(2, 4), 3, 32),
    'DenseNet-BC-40, growth 12': (DenseNet(), 3, 32),
}

if __name__ == '__main__':
    found = []
    for label, (model, channels, side) in CASES.items():
        model = filled(model)
        h, w = side if isinstance(side, tuple) else (side, side)
        image = 4 * shares(channels * h * w, 3).float().reshape(1, channels, h, w)
        with torch.no_grad():
            logits = model(image)[0].tolist()
        tensors = [[name, list(tensor.shape)] for name, tensor in model.state_dict().items() if tensor.dim() > 0]
        found.append({'label': label, 'channels': channels, 'size': [h, w], 'tensors': tensors, 'logits': logits})
        print(label, [round(v, 3) for v in logits])
    with gzip.GzipFile(sys.argv[1], 'wb', mtime=0) as file:
        file.write(json.dumps(found).encode())
