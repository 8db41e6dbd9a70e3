"""An app with a plugin that declares flags."""

import pytest

from host.testing import HostApp
from host.testing.distributions import TemporaryDistributions
from tests.integration.kernel.flags.shop import SHOP


@pytest.fixture
def shop(temporary_distributions: TemporaryDistributions) -> None:
    temporary_distributions.add("acme-shop", {"shop": SHOP})


@pytest.fixture
def app(shop: None, make_host_app) -> HostApp:
    return make_host_app(["shop"])
