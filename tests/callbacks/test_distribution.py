"""Several devices and processes: the chief records, and nobody waits for it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

import keras
import pytest

import tb_rnnviz as rv
from tests.callbacks.runs import steps
from tests.log_format.providers import assert_complete
from tests.programs import ROOT

BACKEND = keras.backend.backend()
PATIENCE = 240

PREAMBLE = """
import json, os, sys
import numpy as np
log_dir, index, first, second = sys.argv[1], int(sys.argv[2]), *sys.argv[3:5]
ids = np.arange(96).reshape(8, 12) % 4
"""

CALLBACKS = """
import keras
import tb_rnnviz as rv
from tests.callbacks.runs import new_model, probe
ours = rv.RNNVizCallback(log_dir, [probe()], prompt="a", before_training=True)
"""

FIT = """
model = new_model()
model.fit(ids, ids, batch_size=4, epochs=2, verbose=0, callbacks=[ours])
"""

MIRRORED = """
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
assert strategy.num_replicas_in_sync == 2
with strategy.scope():
    model = new_model(dropout=0.1)
model.fit(ids, ids, batch_size=4, epochs=2, verbose=0, callbacks=[ours])
"""

CLUSTER = """
workers = [f"127.0.0.1:{port}" for port in (first, second)]
task = {"type": "worker", "index": index}
os.environ["TF_CONFIG"] = json.dumps({"cluster": {"worker": workers}, "task": task})
import tensorflow as tf
strategy = tf.distribute.MultiWorkerMirroredStrategy()
"""

OWN_LOOP = """
with strategy.scope():
    model = new_model()
    model.optimizer.build(model.trainable_variables)
loss_of = keras.losses.SparseCategoricalCrossentropy(reduction="sum")

def replica(batch):
    with tf.GradientTape() as tape:
        loss = loss_of(batch, model(batch, training=True))
    gradients = tape.gradient(loss, model.trainable_variables)
    model.optimizer.apply_gradients(zip(gradients, model.trainable_variables))

@tf.function
def train(batch):
    strategy.run(replica, args=(batch,))

dataset = tf.data.Dataset.from_tensor_slices(ids).batch(4)
data = strategy.experimental_distribute_dataset(dataset)
callbacks = keras.callbacks.CallbackList([ours], model=model, epochs=2, steps=2)
callbacks.on_train_begin()
for epoch in range(2):
    callbacks.on_epoch_begin(epoch)
    for number, batch in enumerate(data):
        train(batch)
        callbacks.on_train_batch_end(number)
    callbacks.on_epoch_end(epoch)
callbacks.on_train_end()
"""

JAX = """
import jax
jax.distributed.initialize(f"127.0.0.1:{first}", num_processes=2, process_id=index)
assert jax.process_count() == 2
"""

SPREAD = """
devices = keras.distribution.list_devices()
everywhere = keras.distribution.DataParallel(devices=devices, auto_shard_dataset=False)
keras.distribution.set_distribution(everywhere)
"""

TORCH = """
import torch.distributed
torch.distributed.init_process_group(
    "gloo", init_method=f"tcp://127.0.0.1:{first}", rank=index, world_size=2
)
"""


def run(log_dir, *program, processes=1):
    """Runs a program in connected processes and returns the output of each."""
    ports = []
    for _ in range(2):
        with socket.create_server(("127.0.0.1", 0)) as server:
            ports.append(str(server.getsockname()[1]))
    started = [
        subprocess.Popen(
            [sys.executable, "-c", "\n".join(program), log_dir, str(index), *ports],
            cwd=ROOT,
            env={**os.environ, "KERAS_BACKEND": BACKEND},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for index in range(processes)
    ]
    try:
        printed = [process.communicate(timeout=PATIENCE)[0] for process in started]
    finally:
        for process in started:
            process.kill()
    assert [process.returncode for process in started] == [0] * processes, printed
    return printed


def check(log_dir, printed):
    """Everything is there once, and said once, by the first process."""
    assert ["RNN-Viz" in text for text in printed] == [True] + [False] * (len(printed) - 1)
    assert "stops recording" not in printed[0]
    assert steps(log_dir) == [-1, 0, 1]
    assert len(list((log_dir / "rnnviz").glob("*tfevents*"))) == 1
    assert len(rv.load(log_dir, "novel")["lstm"]) == 6


@pytest.mark.skipif(BACKEND != "tensorflow", reason="tf.distribute needs Keras on TensorFlow")
class TestTensorFlow:
    def test_one_process_that_trains_on_two_devices_records(self, tmp_path):
        check(tmp_path, run(tmp_path, PREAMBLE, CALLBACKS, MIRRORED))
        assert_complete(tmp_path, [-1, 0, 1])

    def test_of_two_workers_the_chief_records(self, tmp_path):
        printed = run(tmp_path, PREAMBLE, CLUSTER, CALLBACKS, OWN_LOOP, processes=2)
        check(tmp_path, printed)


@pytest.mark.skipif(BACKEND != "jax", reason="processes of JAX need Keras on JAX")
class TestJax:
    def test_of_two_processes_the_first_records(self, tmp_path):
        check(tmp_path, run(tmp_path, PREAMBLE, JAX, CALLBACKS, FIT, processes=2))

    def test_weights_that_lie_in_several_processes_are_not_waited_for(self, tmp_path):
        program = (PREAMBLE, JAX, CALLBACKS, SPREAD, FIT)
        first, second = run(tmp_path, *program, processes=2)
        assert "RNN-Viz stops recording everything" in first and "several processes" in first
        assert "RNN-Viz" not in second


@pytest.mark.skipif(BACKEND != "torch", reason="torch.distributed needs Keras on Torch")
class TestTorch:
    def test_of_two_ranks_the_first_records(self, tmp_path):
        check(tmp_path, run(tmp_path, PREAMBLE, TORCH, CALLBACKS, FIT, processes=2))
