package dev.tidings.ingest.device;

import dev.tidings.http.Response;
import dev.tidings.schemas.question.DeviceQuestion.InboxPage;
import dev.tidings.schemas.value.DeviceId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tells of devices, to providers and administrators. Blocks; thread-safe. */
public interface DeviceInformation {
  /**
   * Answers with a device.
   *
   * @param apps whose facts may be told; null: all
   */
  Response device(DeviceId device, @Nullable List<String> apps);

  /**
   * Answers with a page of a device's inbox.
   *
   * @param apps whose notifications may be told of; null: all
   * @param path what the device's path is, up to the device
   */
  Response inbox(DeviceId device, @Nullable List<String> apps, InboxPage page, String path);
}
