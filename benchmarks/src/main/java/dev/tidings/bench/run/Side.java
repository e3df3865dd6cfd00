package dev.tidings.bench.run;

import dev.tidings.bench.device.DeviceFleet;
import dev.tidings.bench.provider.Provider;

/** Devices and the provider that sends to them, beside others. */
public record Side(DeviceFleet devices, Provider provider) {}
