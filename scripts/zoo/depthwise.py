"""Train a small network of depthwise separable convolutions on CIFAR-10 and export it to ONNX, as a network of another program.

usage: depthwise.py EPOCHS DATA_DIR OUT.onnx        (needs torch and onnx; six epochs take minutes on a CPU)
Recipe and split are train.py's, with half its learning rate. The file keeps its batch norms, and expects images normalized by
train.py's MEAN and STD.
"""
import sys
from pathlib import Path
import numpy as np, torch, torch.nn as nn
from train import BATCH, Step, accuracy, conv, load, rate, split


def separable(i, o, s):
    depthwise = nn.Conv2d(i, i, 3, s, 1, groups=i, bias=False)
    return [depthwise, nn.BatchNorm2d(i), nn.ReLU(), conv(i, o, 1), nn.BatchNorm2d(o), nn.ReLU()]


def network():
    layers = [conv(3, 16, 3), nn.BatchNorm2d(16), nn.ReLU()]
    for i, o, s in ((16, 32, 1), (32, 64, 2), (64, 64, 1), (64, 128, 2), (128, 128, 1)): layers += separable(i, o, s)
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(128, 10))


def main():
    epochs, data, out = int(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    torch.manual_seed(1)
    net = network().to(memory_format=torch.channels_last)
    x, y = (np.concatenate(parts) for parts in zip(*[load(data / f"data_batch_{b}.bin") for b in range(1, 6)]))
    seen, unseen = split(len(x))
    images, labels = torch.from_numpy(x), torch.from_numpy(y)
    step, each = Step(net, 5e-4), len(seen) // BATCH
    for epoch in range(epochs):
        order = torch.from_numpy(seen)[torch.randperm(len(seen))]
        for i in range(each):
            chosen = order[i * BATCH:(i + 1) * BATCH]
            step(images[chosen], labels[chosen], rate(epoch * each + i, epochs * each) / 2)
        print(f"epoch {epoch + 1}: {100 * accuracy(net, images[unseen], labels[unseen]):.2f} % of the validation images", flush=True)
    test = [torch.from_numpy(part) for part in load(data / "test_batch.bin")]
    print(f"{100 * accuracy(net, *test):.2f} % of the test images")
    net.eval()
    # "Preserve" keeps the batch norms out of the convolutions.
    torch.onnx.export(net, (torch.zeros(1, 3, 32, 32),), out, dynamo=False, training=torch.onnx.TrainingMode.PRESERVE,
                      input_names=["image"], output_names=["logits"], dynamic_axes={"image": {0: "n"}, "logits": {0: "n"}})


if __name__ == "__main__": main()
