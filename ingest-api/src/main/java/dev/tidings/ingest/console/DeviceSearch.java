package dev.tidings.ingest.console;

import dev.tidings.http.Response;
import dev.tidings.ingest.admin.request.AdminOperation;
import dev.tidings.ingest.admin.request.AdminRequest;
import dev.tidings.ingest.admin.request.BadRequestException;
import dev.tidings.ingest.admin.request.Decisions;
import dev.tidings.ingest.admin.request.Page;
import dev.tidings.ingest.device.Fleet;
import dev.tidings.ingest.erase.ErasureRequest;
import dev.tidings.ingest.json.JsonAnswer;
import dev.tidings.schemas.question.DeviceAnswer;
import dev.tidings.schemas.question.DeviceList;
import dev.tidings.schemas.question.OperatorQuestion;
import dev.tidings.schemas.value.AppId;
import dev.tidings.schemas.value.DeviceId;
import dev.tidings.schemas.value.InvalidValueException;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Finds devices of all nodes, closes their connections, and revokes their tokens. */
final class DeviceSearch {
  private static final String PATH = "/v1/admin/devices";
  private static final String PREFIX = "prefix";

  private final Fleet fleet;
  private final Decisions decisions;

  DeviceSearch(Fleet fleet, Decisions decisions) {
    this.fleet = fleet;
    this.decisions = decisions;
  }

  List<AdminOperation> operations() {
    return List.of(
        AdminOperation.of("GET", PATH, this::search),
        AdminOperation.of("DELETE", PATH + "/{device}/connection", this::disconnect),
        AdminOperation.of("DELETE", PATH + "/{device}/registrations/{app}", this::revoke));
  }

  private Response search(AdminRequest request) throws InterruptedException {
    Map<String, String> query = request.query(PREFIX, Page.AFTER, Page.LIMIT);
    Page page = Page.of(query);
    String prefix = query.getOrDefault(PREFIX, "");
    OperatorQuestion.Devices question;
    try {
      question = new OperatorQuestion.Devices(prefix, page.after(), page.limit());
    } catch (InvalidValueException e) {
      throw new BadRequestException(PREFIX, prefix, e.expected());
    }
    SortedMap<String, Boolean> found = new TreeMap<>(DeviceList.ORDER);
    List<String> missing = new ArrayList<>();
    boolean more = false;
    for (Fleet.Answered each : fleet.ask(question)) {
      if (each.answer() instanceof DeviceAnswer.Found(var text, var next)) {
        DeviceList list = DeviceList.parse(text);
        more |= list.more();
        // While a partition moves, two nodes may know a device: it is connected if one says so.
        list.devices()
            .forEach(
                device -> found.merge(device.device(), device.connected(), Boolean::logicalOr));
      } else {
        missing.add(each.address());
      }
    }
    return answer(found, missing, more || found.size() > page.limit(), prefix, page.limit());
  }

  private static Response answer(
      SortedMap<String, Boolean> found,
      List<String> missing,
      boolean more,
      String prefix,
      int limit) {
    List<Map.Entry<String, Boolean>> page = found.entrySet().stream().limit(limit).toList();
    return JsonAnswer.ok(out -> {
      out.writeArrayFieldStart("devices");
      for (Map.Entry<String, Boolean> each : page) {
        out.writeStartObject();
        out.writeStringField("device", each.getKey());
        out.writeBooleanField("connected", each.getValue());
        out.writeEndObject();
      }
      out.writeEndArray();
      if (more && !page.isEmpty()) {
        out.writeStringField(
            "next",
            "%s?prefix=%s&after=%s&limit=%d"
                .formatted(PATH, encoded(prefix), encoded(page.getLast().getKey()), limit));
      }
      JsonAnswer.texts(out, "missing", missing);
    });
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private Response disconnect(AdminRequest request) throws InterruptedException {
    DeviceId device = ErasureRequest.device(request.parameter("device"));
    decisions.note(
        request.author(), "device/" + device.value(), "device disconnect: " + device.value());
    String was = done(device, new OperatorQuestion.Disconnect(device));
    return JsonAnswer.ok(out -> {
      out.writeStringField("device", device.value());
      out.writeBooleanField("disconnected", Boolean.parseBoolean(was));
    });
  }

  /** As if the device had given it back: it gets another one when it registers again. */
  private Response revoke(AdminRequest request) throws InterruptedException {
    DeviceId device = ErasureRequest.device(request.parameter("device"));
    AppId app = new AppId(request.parameter("app"));
    decisions.note(
        request.author(),
        "device/" + device.value(),
        "device revoke: " + device.value() + ", app " + app);
    String token = done(device, new OperatorQuestion.Revoke(device, app));
    return JsonAnswer.ok(out -> {
      out.writeStringField("device", device.value());
      out.writeStringField("app", app.value());
      out.writeStringField("token", token);
    });
  }

  /** Returns what the node answers that has the device, and has done it. */
  private String done(DeviceId device, OperatorQuestion question) throws InterruptedException {
    String why = "no delivery node has said where it is";
    for (Fleet.Answered each : fleet.ask(question)) {
      if (each.answer() instanceof DeviceAnswer.Found(var answer, var next)) {
        return answer;
      }
      if (each.answer() instanceof DeviceAnswer.NotNow(var trouble)) {
        why = "delivery node %s: %s".formatted(each.address(), trouble);
      }
    }
    throw new BadRequestException(
        HttpResponseStatus.SERVICE_UNAVAILABLE,
        new InvalidValueException("device", device.value(), "one whose node answers: " + why));
  }
}
