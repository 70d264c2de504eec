"""A survey on a Dask cluster is that of threads, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest

import tb_rnnviz as rv
from tb_rnnviz import features
from tb_rnnviz.corpus import dask_engine
from tests.corpus.test_survey import IDS, NAMES, assert_same, network

distributed = pytest.importorskip("distributed")
OPTIONS = {
    "vocabulary": NAMES,
    "features": [features.Literal("dot", ".")],
    "shard_tokens": 1000,
}


@pytest.fixture(scope="module")
def client():
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=False, dashboard_address=":0"
        ) as cluster,
        distributed.Client(cluster, set_as_default=False) as client,
    ):
        yield client


@pytest.fixture(scope="module")
def model():
    return network()


@pytest.fixture(scope="module")
def on_threads(model):
    return rv.survey(model, IDS[:5000], **OPTIONS)


def test_two_workers_give_the_bits_of_threads(model, client, on_threads):
    survey = rv.survey(model, IDS[:5000], client=client, **OPTIONS)
    assert_same(on_threads, survey)
    assert not survey.problems


def test_a_bag_is_read_partition_by_partition(model):
    bag = pytest.importorskip("dask.bag")
    rows = [IDS[:30], IDS[30:35], IDS[35:200]]
    survey = rv.survey(model, bag.from_sequence(rows, npartitions=2))
    assert_same(survey, rv.survey(model, rows))


def test_shards_of_a_cluster_that_goes_away_are_read_in_this_process(model, on_threads):
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=":0"
    ) as cluster:
        client = distributed.Client(cluster, set_as_default=False)
        submit, calls = client.submit, []

        def submit_and_go(*args, **options):
            calls.append(args)
            if len(calls) == 3:
                client.close()
            return submit(*args, **options)

        client.submit = submit_and_go
        with pytest.warns(UserWarning, match="cluster went away"):
            survey = rv.survey(model, IDS[:5000], client=client, **OPTIONS)
    assert len(survey.problems) == 1
    assert_same(on_threads, survey)


def test_workers_of_another_version_are_an_error(model, client, monkeypatch):
    versions = dask_engine._versions()
    answers = iter([versions | {"keras": "0.1"}, versions])
    monkeypatch.setattr(client, "run", lambda function: {"tcp://a": next(answers)})
    with pytest.raises(ValueError, match="'keras': '0.1'"):
        rv.survey(model, IDS[:100], client=client)
    monkeypatch.setattr(client, "run", lambda function: {})
    with pytest.raises(ValueError, match="no worker"):
        rv.survey(model, IDS[:100], client=client)


def test_a_client_is_a_client_or_an_address(model):
    with pytest.raises(ValueError, match="Received: 7"):
        rv.survey(model, np.array([1, 2]), client=7)
