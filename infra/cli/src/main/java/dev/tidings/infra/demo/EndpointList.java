package dev.tidings.infra.demo;

import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.infra.pipeline.TidingsService;
import dev.tidings.infra.process.HostPort;
import java.io.PrintWriter;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The addresses of a running pipeline.
 *
 * @param http the providers' interface
 * @param mqtt the devices' interface
 * @param all all of them, by name
 */
public record EndpointList(URI http, HostPort mqtt, Map<String, String> all) {

  public static EndpointList of(Pipeline pipeline) {
    var all = new LinkedHashMap<String, String>();
    all.put("kafka", pipeline.stack().bootstrapServers());
    all.put("schema registry", pipeline.stack().registryUrl());
    for (TidingsService service : TidingsService.values()) {
      pipeline
          .endpoints(service)
          .byName()
          .forEach((name, at) -> all.put(service.command() + " " + name, at.local().toString()));
    }
    return new EndpointList(
        URI.create("http://" + pipeline.endpoint(TidingsService.INGEST_API, "http")),
        pipeline.endpoint(TidingsService.DELIVERY_NODE, "mqtt"),
        all);
  }

  public void print(PrintWriter out) {
    int width = all.keySet().stream().mapToInt(String::length).max().orElse(0);
    all.forEach((name, at) -> out.println(("  %-" + width + "s  %s").formatted(name, at)));
  }
}
