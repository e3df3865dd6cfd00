package dev.tidings.ingest.admin.entry;

import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.device.DeviceInformation;
import dev.tidings.ingest.device.InboxQuery;
import dev.tidings.ingest.erase.DeviceErasures;
import dev.tidings.ingest.erase.ErasureAnswers;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import java.util.Map;

/** Whole devices, whichever teams' apps they have: what is known of them, and their erasure. */
public final class DeviceOperations {
  private static final String ERASURES = "/v1/admin/erasures/";

  private static final String DEVICES = "/v1/admin/devices/";

  private final DeviceErasures erasures;
  private final DeviceInformation devices;

  public DeviceOperations(DeviceErasures erasures, DeviceInformation devices) {
    this.erasures = erasures;
    this.devices = devices;
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    return List.of(
        AdminOperation.of("GET", DEVICES + "{device}", this::device),
        AdminOperation.of("GET", DEVICES + "{device}/inbox", this::inbox),
        AdminOperation.of("DELETE", DEVICES + "{device}", this::erase),
        AdminOperation.of("GET", ERASURES + "{id}", this::find));
  }

  private Response device(AdminRequest request) {
    return devices.device(ErasureRequest.device(request.parameter("device")), null);
  }

  private Response inbox(AdminRequest request) {
    Map<String, String> query = request.query(InboxQuery.AFTER, InboxQuery.LIMIT);
    return devices.inbox(
        ErasureRequest.device(request.parameter("device")),
        null,
        InboxQuery.page(query.get(InboxQuery.AFTER), query.get(InboxQuery.LIMIT)),
        DEVICES);
  }

  private Response erase(AdminRequest request) throws InterruptedException {
    String id =
        erasures.request(
            new ErasureRequest(
                ErasureRequest.device(request.parameter("device")),
                null,
                null,
                request.author().who(),
                request.author().from()));
    return ErasureAnswers.accepted(id, ERASURES + id);
  }

  private Response find(AdminRequest request) {
    String id = request.parameter("id");
    return erasures
        .find(id)
        .map(ErasureAnswers::found)
        .orElseGet(() -> {
          if (erasures.isSettled(id)) {
            throw new BadRequestException(
                HttpResponseStatus.NOT_FOUND,
                new InvalidValueException("id", id, "the id of an erasure"));
          }
          return ErasureAnswers.notYet();
        });
  }
}
