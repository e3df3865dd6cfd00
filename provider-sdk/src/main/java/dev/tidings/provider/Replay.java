package dev.tidings.provider;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * How far a replay has come.
 *
 * @param state {@code waiting}, {@code running}, {@code stopping}, or how it has ended
 * @param count in a dry run: how many would be sent
 * @param devices in a dry run: to how many devices
 * @param sent how many the devices have confirmed
 * @param away how many are for devices that are not there
 * @param leftOut how many are not to be sent
 * @param isOver whether it has ended
 * @param json the whole answer
 */
public record Replay(
    String id,
    String state,
    long count,
    long devices,
    long sent,
    long away,
    long leftOut,
    boolean isOver,
    String json) {
  static Replay read(JsonNode read) {
    return new Replay(
        read.path("id").asText(),
        read.path("state").asText(),
        read.path("count").asLong(),
        read.path("devices").asLong(),
        read.path("sent").asLong(),
        read.path("away").asLong(),
        read.path("leftOut").asLong(),
        read.hasNonNull("endedAt"),
        read.toString());
  }
}
