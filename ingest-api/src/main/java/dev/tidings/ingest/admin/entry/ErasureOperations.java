package dev.tidings.ingest.admin.entry;

import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.erase.DeviceErasures;
import dev.tidings.ingest.erase.ErasureAnswers;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;

/** Erasure of whole devices. */
public final class ErasureOperations {
  private static final String ERASURES = "/v1/admin/erasures/";

  private final DeviceErasures erasures;

  public ErasureOperations(DeviceErasures erasures) {
    this.erasures = erasures;
  }

  /** Returns them. */
  public List<AdminOperation> all() {
    return List.of(
        AdminOperation.of("DELETE", "/v1/admin/devices/{device}", this::erase),
        AdminOperation.of("GET", ERASURES + "{id}", this::find));
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
