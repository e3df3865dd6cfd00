package dev.tidings.ingest.console.overview;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.tidings.ingest.console.overview.FleetFigures.Site;
import dev.tidings.ingest.console.overview.Overviews.Overview;
import dev.tidings.schemas.question.NodeFigures;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Writes overviews as JSON, in ASCII and one line. */
final class OverviewJson {
  private static final JsonFactory JSON =
      new JsonFactoryBuilder().highestNonEscapedChar(0x7e).build();
  private static final String CONNECTIONS = "connections.";
  private static final List<String> DROPS =
      List.of("expired", "unregistered", "rejected", "collapsed", "evicted", "withdrawn");

  private OverviewJson() {}

  static byte[] of(Overview overview) {
    var bytes = new ByteArrayOutputStream();
    try (JsonGenerator out = JSON.createGenerator(bytes)) {
      out.writeStartObject();
      out.writeStringField("at", overview.sample().at().toString());
      rates(out, overview.rates());
      latency(out, overview.latency());
      inbox(out, overview.sample());
      connections(out, overview.sample());
      partitions(out, overview.sample());
      nodes(out, overview.sample());
      audit(out, overview.sample());
      drops(out, overview.sample());
      alarms(out, overview.alarms());
      out.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static void rates(JsonGenerator out, @Nullable Rates rates) throws IOException {
    if (rates == null) {
      out.writeNullField("rates");
      return;
    }
    out.writeObjectFieldStart("rates");
    if (rates.accepted() == null) {
      out.writeNullField("accepted");
    } else {
      number(out, "accepted", rates.accepted());
    }
    number(out, "pushed", rates.pushed());
    number(out, "confirmed", rates.confirmed());
    number(out, "parked", rates.parked());
    number(out, "replayed", rates.replayed());
    out.writeEndObject();
  }

  private static void latency(JsonGenerator out, @Nullable Latency latency) throws IOException {
    if (latency == null || latency.count() == 0) {
      out.writeNullField("latencyMillis");
      return;
    }
    out.writeObjectFieldStart("latencyMillis");
    out.writeNumberField("count", latency.count());
    number(out, "p50", latency.percentile(0.5));
    number(out, "p90", latency.percentile(0.9));
    number(out, "p99", latency.percentile(0.99));
    number(out, "p999", latency.percentile(0.999));
    out.writeEndObject();
  }

  private static void inbox(JsonGenerator out, Sample sample) throws IOException {
    out.writeObjectFieldStart("inbox");
    out.writeNumberField("waiting", Math.round(sample.sum("inbox.parked")));
    out.writeNumberField("bytes", Math.round(sample.sum("inbox.parked.bytes")));
    number(out, "oldestOpenSeconds", sample.largest("window.oldest.seconds"));
    out.writeEndObject();
  }

  private static void connections(JsonGenerator out, Sample sample) throws IOException {
    SortedMap<String, Double> all = new TreeMap<>();
    sample
        .nodes()
        .values()
        .forEach(node ->
            transports(node)
                .forEach((transport, number) -> all.merge(transport, number, Double::sum)));
    out.writeObjectFieldStart("connections");
    for (Map.Entry<String, Double> each : all.entrySet()) {
      out.writeNumberField(each.getKey(), Math.round(each.getValue()));
    }
    out.writeEndObject();
  }

  private static SortedMap<String, Double> transports(NodeFigures node) {
    SortedMap<String, Double> transports = new TreeMap<>();
    node.values()
        .forEach((name, value) -> {
          if (name.startsWith(CONNECTIONS)) {
            transports.put(name.substring(CONNECTIONS.length()), value);
          }
        });
    return transports;
  }

  private static void partitions(JsonGenerator out, Sample sample) throws IOException {
    SortedMap<Integer, String> owners = new TreeMap<>();
    sample
        .nodes()
        .values()
        .forEach(node -> node.partitions().forEach(number -> owners.put(number, node.node())));
    SortedMap<Integer, LogFigures.Lag> lags =
        new TreeMap<>(sample.log().map(LogFigures::lags).orElseGet(TreeMap::new));
    owners.keySet().forEach(number -> lags.putIfAbsent(number, new LogFigures.Lag(null, null)));
    out.writeArrayFieldStart("partitions");
    for (Map.Entry<Integer, LogFigures.Lag> each : lags.entrySet()) {
      out.writeStartObject();
      out.writeNumberField("partition", each.getKey());
      text(out, "node", owners.get(each.getKey()));
      whole(out, "notificationsLag", each.getValue().notifications());
      whole(out, "deliveriesLag", each.getValue().deliveries());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void nodes(JsonGenerator out, Sample sample) throws IOException {
    out.writeArrayFieldStart("nodes");
    for (Site site : sample.sites()) {
      @Nullable NodeFigures node = site.figures().orElse(null);
      out.writeStartObject();
      text(out, "node", node == null ? null : node.node());
      out.writeStringField("address", site.address());
      out.writeBooleanField("answers", node != null);
      text(out, "version", node == null ? null : node.version());
      out.writeNumberField("partitions", node == null ? 0 : node.partitions().size());
      out.writeNumberField(
          "connections",
          node == null
              ? 0
              : Math.round(
                  transports(node).values().stream().mapToDouble(Double::doubleValue).sum()));
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void audit(JsonGenerator out, Sample sample) throws IOException {
    if (sample.audit().isEmpty()) {
      out.writeNullField("audit");
      return;
    }
    out.writeObjectFieldStart("audit");
    out.writeNumberField("difference", sample.audit().get().difference());
    out.writeNumberField("behindSeconds", sample.audit().get().behindSeconds());
    out.writeEndObject();
  }

  private static void drops(JsonGenerator out, Sample sample) throws IOException {
    out.writeObjectFieldStart("drops");
    for (String each : DROPS) {
      out.writeNumberField(each, Math.round(sample.sum("deliveries." + each)));
    }
    out.writeEndObject();
  }

  private static void alarms(JsonGenerator out, List<Alarm> alarms) throws IOException {
    out.writeArrayFieldStart("alarms");
    for (Alarm each : alarms) {
      out.writeStartObject();
      out.writeStringField("alarm", each.name());
      out.writeStringField("severity", each.severity().name().toLowerCase(Locale.ROOT));
      out.writeStringField("detail", each.detail());
      out.writeStringField("since", each.since().toString());
      out.writeEndObject();
    }
    out.writeEndArray();
  }

  private static void number(JsonGenerator out, String name, double value) throws IOException {
    out.writeFieldName(name);
    out.writeNumber(BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP));
  }

  private static void whole(JsonGenerator out, String name, @Nullable Long value)
      throws IOException {
    if (value == null) {
      out.writeNullField(name);
    } else {
      out.writeNumberField(name, value);
    }
  }

  private static void text(JsonGenerator out, String name, @Nullable String value)
      throws IOException {
    if (value == null) {
      out.writeNullField(name);
    } else {
      out.writeStringField(name, value);
    }
  }
}
