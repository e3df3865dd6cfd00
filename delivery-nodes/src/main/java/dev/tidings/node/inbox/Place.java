package dev.tidings.node.inbox;

import dev.tidings.schemas.value.DeviceId;

/** Where an entry stands: whose it is, and its sequence. */
public record Place(DeviceId device, long sequence) {}
