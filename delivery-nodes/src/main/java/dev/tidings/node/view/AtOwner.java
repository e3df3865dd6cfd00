package dev.tidings.node.view;

import dev.tidings.node.cluster.Owner;
import dev.tidings.node.cluster.Owners;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.value.DeviceId;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Utils;

/**
 * Answers a question about a device if this node owns it, or with the address of the node that
 * does. Thread-safe.
 *
 * @param owners finds the nodes of devices
 */
record AtOwner(Owners owners) {
  /**
   * @param here answers if this node owns the device
   */
  CompletableFuture<DeviceAnswer> answer(
      DeviceId device, Supplier<? extends CompletionStage<DeviceAnswer>> here) {
    return switch (owners.of(device)) {
      case Owner.Here _ -> here.get().toCompletableFuture();
      case Owner.There there ->
          CompletableFuture.completedFuture(
              new DeviceAnswer.Elsewhere(text(there.addresses().getFirst())));
      case Owner.Unknown _ ->
          CompletableFuture.completedFuture(
              new DeviceAnswer.NotNow("which node has the device is being settled"));
    };
  }

  private static String text(InetSocketAddress address) {
    return Utils.formatAddress(address.getAddress().getHostAddress(), address.getPort());
  }
}
