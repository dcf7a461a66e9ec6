"""Writes three of the sample files in public/samples from our own weights of Emoji-10, as their programs write them: a Keras
model (.h5), a PyTorch state_dict in half precision (.pt), and one in safetensors. Needs PyTorch and h5py:
    python3 scripts/samples/make.py
The other three are written by scripts/buildSamples.ts and the command line."""
import json
import struct
from collections import OrderedDict
from pathlib import Path

import h5py
import numpy as np
import torch

PUBLIC = Path(__file__).resolve().parents[2] / "public"
OUT = PUBLIC / "samples"


def weights(name):
    """The tensors of public/weights/<name>.safetensors, kernels [h, w, in, out]."""
    data = (PUBLIC / "weights" / f"{name}.safetensors").read_bytes()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    return {
        key: np.frombuffer(data, "<f4", np.prod(entry["shape"], dtype=int), 8 + length + entry["data_offsets"][0]).reshape(entry["shape"])
        for key, entry in header.items()
    }


def module(state, name, source, ours):
    """A convolution or dense layer, and the batch norm behind a convolution, in PyTorch's layout."""
    kernel = source[f"{ours}.kernel"]
    state[f"{name}.weight"] = torch.from_numpy(kernel.transpose(3, 2, 0, 1).copy() if kernel.ndim == 4 else kernel.T.copy())
    if f"{ours}.bias" in source:
        state[f"{name}.bias"] = torch.from_numpy(source[f"{ours}.bias"].copy())


def norm(state, name, source, ours):
    for part, theirs in [("gamma", "weight"), ("beta", "bias"), ("mean", "running_mean"), ("variance", "running_var")]:
        state[f"{name}.{theirs}"] = torch.from_numpy(source[f"{ours}.bn.{part}"].copy())
    state[f"{name}.num_batches_tracked"] = torch.tensor(0)


def resnet8():
    source, state = weights("resnet8-emoji10"), OrderedDict()
    module(state, "conv1", source, "stem")
    norm(state, "bn1", source, "stem")
    for stage in (1, 2, 3):
        for ours, conv, bn in [("a", "conv1", "bn1"), ("b", "conv2", "bn2"), ("s", "shortcut.0", "shortcut.1")]:
            if f"{stage}{ours}.kernel" in source:
                module(state, f"layer{stage}.0.{conv}", source, f"{stage}{ours}")
                norm(state, f"layer{stage}.0.{bn}", source, f"{stage}{ours}")
    module(state, "linear", source, "fc")
    return state


def tiny():
    source, state = weights("tiny-emoji10"), OrderedDict()
    for i in (1, 2, 3, 4):
        module(state, f"conv{i}", source, f"conv{i}")
        norm(state, f"bn{i}", source, f"conv{i}")
    module(state, "fc", source, "fc")
    return state


def save_safetensors(state, path):
    tensors = {name: tensor.numpy() for name, tensor in state.items() if tensor.dtype == torch.float32}
    header, at = {"__metadata__": {"format": "pt"}}, 0
    for name, tensor in tensors.items():
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [at, at + tensor.nbytes]}
        at += tensor.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + b"".join(t.tobytes() for t in tensors.values()))


def save_keras(path):
    """The smallest network as Keras 2 writes a Sequential model."""
    source = weights("tiny-emoji10")

    def layer(class_name, name, **config):
        return {"class_name": class_name, "config": {"name": name, "trainable": True, "dtype": "float32", **config}}

    layers = [layer("InputLayer", "image", batch_input_shape=[None, 32, 32, 3])]
    groups = {"image": []}

    def add(made, tensors=()):
        layers.append(made)
        groups[made["config"]["name"]] = tensors

    for i, filters in enumerate((16, 32, 32, 64), start=1):
        stride = 2 if i == 1 else 1
        if stride == 2:
            add(layer("ZeroPadding2D", "pad", padding=[[1, 1], [1, 1]], data_format="channels_last"))
        padding = "valid" if stride == 2 else "same"
        add(
            layer("Conv2D", f"conv{i}", filters=filters, kernel_size=[3, 3], strides=[stride, stride], padding=padding,
                  data_format="channels_last", dilation_rate=[1, 1], groups=1, activation="linear", use_bias=False),
            [("kernel", source[f"conv{i}.kernel"])],
        )
        parts = [("gamma", "gamma"), ("beta", "beta"), ("mean", "moving_mean"), ("variance", "moving_variance")]
        add(
            layer("BatchNormalization", f"bn{i}", axis=[3], momentum=0.99, epsilon=1e-5, center=True, scale=True),
            [(theirs, source[f"conv{i}.bn.{ours}"]) for ours, theirs in parts],
        )
        add(layer("ReLU", f"relu{i}", max_value=None, negative_slope=0.0, threshold=0.0))
        if i < 3:
            add(layer("MaxPooling2D", f"pool{i}", pool_size=[2, 2], strides=[2, 2], padding="valid", data_format="channels_last"))
    add(layer("GlobalAveragePooling2D", "average", data_format="channels_last", keepdims=False))
    add(
        layer("Dense", "classes", units=10, activation="softmax", use_bias=True),
        [("kernel", source["fc.kernel"]), ("bias", source["fc.bias"])],
    )
    config = {"class_name": "Sequential", "config": {"name": "tiny", "layers": layers}}
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(config)
        file.attrs["keras_version"] = "2.15.0"
        file.attrs["backend"] = "tensorflow"
        root = file.create_group("model_weights")
        root.attrs["layer_names"] = np.array([name.encode() for name in groups])
        root.attrs["keras_version"] = b"2.15.0"
        root.attrs["backend"] = b"tensorflow"
        for name, tensors in groups.items():
            group = root.create_group(name)
            group.attrs["weight_names"] = np.array([f"{name}/{part}:0".encode() for part, _ in tensors]) if tensors else np.array([], "S1")
            for part, values in tensors:
                group.create_dataset(f"{name}/{part}:0", data=values)


OUT.mkdir(exist_ok=True)
torch.save(OrderedDict((k, v.half() if v.is_floating_point() else v) for k, v in resnet8().items()), OUT / "resnet8.pt")
save_safetensors(tiny(), OUT / "tiny.safetensors")
save_keras(OUT / "tiny.h5")
