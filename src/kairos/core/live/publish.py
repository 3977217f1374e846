import logging
from collections.abc import Sequence

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

log = logging.getLogger(__name__)
GROUP = "live-{}"


def publish_regions(regions: Sequence[str]) -> None:
    """Tell whoever shows these regions that they changed. Never fails the change that is already committed."""
    layer = get_channel_layer()
    if layer is None:
        return
    by_type: dict[str, list[str]] = {}
    for region in regions:
        by_type.setdefault(region.split("-")[0], []).append(region)
    try:
        for name, names in by_type.items():
            async_to_sync(layer.group_send)(GROUP.format(name), {"type": "regions", "regions": names})
    except Exception:
        log.exception("live update of %s was not sent", ", ".join(by_type))
