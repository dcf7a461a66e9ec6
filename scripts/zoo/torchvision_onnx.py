"""Export torchvision's ten small networks to ONNX for images of 96 pixels, with random weights.

usage: torchvision_onnx.py OUT_DIR        (needs torch and torchvision: apt-get install python3-torchvision)
Running statistics of batch norms come from two batches of noise, so that activations neither vanish nor explode.
"""
import inspect, sys
from pathlib import Path
import torch, torchvision

NAMES = ["resnet18", "mobilenet_v2", "mobilenet_v3_small", "squeezenet1_1", "mnasnet1_0", "densenet121", "efficientnet_b0",
         "regnet_y_400mf", "resnext50_32x4d", "shufflenet_v2_x1_0"]
SIZE = 96


# The exporter of TorchScript needs no package of ONNX; older versions have no other.
OLD = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}


def main():
    out = Path(sys.argv[1])
    out.mkdir(parents=True, exist_ok=True)
    for seed, name in enumerate(NAMES):
        torch.manual_seed(seed)
        net = getattr(torchvision.models, name)()
        for module in net.modules():
            if isinstance(module, torch.nn.BatchNorm2d): module.momentum = 0.7
        with torch.no_grad():
            for _ in range(2): net.train()(torch.randn(8, 3, SIZE, SIZE))
        net.eval()
        torch.onnx.export(net, torch.zeros(1, 3, SIZE, SIZE), str(out / f"{name}.onnx"), opset_version=13, input_names=["image"],
                          output_names=["logits"], dynamic_axes={"image": {0: "n"}, "logits": {0: "n"}}, **OLD)
        print(name, sum(p.numel() for p in net.parameters()), flush=True)


if __name__ == "__main__": main()
