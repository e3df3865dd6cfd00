package dev.tidings.node.inbox;

import dev.tidings.schemas.value.DeviceId;

/** The place of an entry: its device and its sequence. */
public record Place(DeviceId device, long sequence) {}
