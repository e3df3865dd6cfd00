"""Produces notifications with confluent-kafka and its default settings.

Usage: produce.py BOOTSTRAP_SERVERS REGISTRY_URL, then a line "TOKEN ID" for each on standard input.
"""
import json
import struct
import sys
import urllib.request

from confluent_kafka import Producer


def number(value):
    """A long of Avro's binary encoding."""
    value = value << 1 ^ value >> 63
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def text(value):
    data = value.encode("utf-8")
    return number(len(data)) + data


def notification(ident):
    """A Notification: id, app, payload, expiration, priority, collapseId, pushType, acceptedAt, acceptedBy."""
    payload = json.dumps({"aps": {"alert": "Grüße aus Python"}}, ensure_ascii=False)
    none = number(0)
    return (text(ident) + text("com.example.news") + text(payload) + none + number(10) + none
            + text("alert") + none + none)


servers, registry = sys.argv[1:3]
with urllib.request.urlopen(registry + "/subjects/tidings.notifications-value/versions/latest") as answer:
    schema_id = json.load(answer)["id"]

failures = []
producer = Producer({"bootstrap.servers": servers})
for line in sys.stdin:
    token, ident = line.split()
    producer.produce(
        "tidings.notifications",
        key=token,
        value=struct.pack(">bI", 0, schema_id) + notification(ident),
        on_delivery=lambda error, message: failures.append(str(error)) if error else None)
left = producer.flush(60)
if failures or left:
    sys.exit(f"{left} not sent, {failures}")
