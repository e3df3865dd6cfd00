package dev.tidings.bench.device;

import dev.tidings.bench.measure.Phase;
import dev.tidings.bench.measure.Stamp;
import dev.tidings.infra.process.HostPort;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/** A device, over all its connections. Confined to its event loop. */
final class Device {
  private final int number;
  private final DeviceLoop deviceLoop;
  private final SequenceCheck sequence = new SequenceCheck();
  private final SequenceCheck broadcasts = new SequenceCheck();
  private HostPort node;
  private @Nullable Channel channel;
  private boolean registered;

  Device(int number, DeviceLoop deviceLoop, HostPort node) {
    this.number = number;
    this.deviceLoop = deviceLoop;
    this.node = node;
  }

  int number() {
    return number;
  }

  /** Returns the node to which it connects: the one to which it was redirected, if it was. */
  HostPort node() {
    return node;
  }

  void sentTo(HostPort other) {
    node = other;
  }

  boolean isRegistered() {
    return registered;
  }

  void registered() {
    registered = true;
  }

  @Nullable Channel channel() {
    return channel;
  }

  void channel(@Nullable Channel current) {
    channel = current;
  }

  SequenceCheck sequence() {
    return sequence;
  }

  /** Records a notification whose payload begins at {@code payload}. */
  void take(ByteBuf in, int payload, long now) {
    LaneTally tally = deviceLoop.tally();
    int recipient = Stamp.device(in, payload);
    if (recipient == Stamp.EVERYBODY) {
      takeBroadcast(broadcasts.arrived(Stamp.sequence(in, payload)));
      return;
    }
    if (recipient != number) {
      tally.stranger();
      return;
    }
    SequenceCheck.Result result = sequence.arrived(Stamp.sequence(in, payload));
    if (result == SequenceCheck.Result.REPEATED) {
      tally.count(result);
      return;
    }
    tally.count(result);
    deviceLoop.received();
    long meant = Stamp.time(in, payload);
    Phase phase = deviceLoop.phase();
    if (phase.contains(meant)) {
      tally.latency(phase, number, now - meant);
    }
  }

  private void takeBroadcast(SequenceCheck.Result result) {
    deviceLoop.tally().count(result);
    if (result != SequenceCheck.Result.REPEATED) {
      deviceLoop.receivedBroadcast();
    }
  }
}
