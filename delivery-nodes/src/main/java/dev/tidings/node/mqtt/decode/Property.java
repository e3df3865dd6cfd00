package dev.tidings.node.mqtt.decode;

import static dev.tidings.node.mqtt.decode.Property.Place.ACKNOWLEDGEMENT;
import static dev.tidings.node.mqtt.decode.Property.Place.AUTH;
import static dev.tidings.node.mqtt.decode.Property.Place.CONNECT;
import static dev.tidings.node.mqtt.decode.Property.Place.DISCONNECT;
import static dev.tidings.node.mqtt.decode.Property.Place.PUBLISH;
import static dev.tidings.node.mqtt.decode.Property.Place.SUBSCRIBE;
import static dev.tidings.node.mqtt.decode.Property.Place.UNSUBSCRIBE;
import static dev.tidings.node.mqtt.decode.Property.Place.WILL;
import static dev.tidings.node.mqtt.decode.Property.Type.BINARY;
import static dev.tidings.node.mqtt.decode.Property.Type.FOUR_BYTES;
import static dev.tidings.node.mqtt.decode.Property.Type.TEXT;
import static dev.tidings.node.mqtt.decode.Property.Type.TEXT_PAIR;
import static dev.tidings.node.mqtt.decode.Property.Type.TOPIC_NAME;
import static dev.tidings.node.mqtt.decode.Property.Type.TWO_BYTES;
import static dev.tidings.node.mqtt.decode.Property.Type.VAR_INT;
import static dev.tidings.node.mqtt.decode.Property.Type.YES_OR_NO;

import org.jspecify.annotations.Nullable;

/** The properties of MQTT 5 that a client may send, table 2-4. */
enum Property {
  PAYLOAD_FORMAT_INDICATOR(0x01, YES_OR_NO, PUBLISH, WILL),
  MESSAGE_EXPIRY_INTERVAL(0x02, FOUR_BYTES, PUBLISH, WILL),
  CONTENT_TYPE(0x03, TEXT, PUBLISH, WILL),
  RESPONSE_TOPIC(0x08, TOPIC_NAME, PUBLISH, WILL),
  CORRELATION_DATA(0x09, BINARY, PUBLISH, WILL),
  SUBSCRIPTION_IDENTIFIER(0x0B, VAR_INT, PUBLISH, SUBSCRIBE),
  SESSION_EXPIRY_INTERVAL(0x11, FOUR_BYTES, CONNECT, DISCONNECT),
  AUTHENTICATION_METHOD(0x15, TEXT, CONNECT, AUTH),
  AUTHENTICATION_DATA(0x16, BINARY, CONNECT, AUTH),
  REQUEST_PROBLEM_INFORMATION(0x17, YES_OR_NO, CONNECT),
  WILL_DELAY_INTERVAL(0x18, FOUR_BYTES, WILL),
  REQUEST_RESPONSE_INFORMATION(0x19, YES_OR_NO, CONNECT),
  REASON_STRING(0x1F, TEXT, ACKNOWLEDGEMENT, DISCONNECT, AUTH),
  RECEIVE_MAXIMUM(0x21, TWO_BYTES, CONNECT),
  TOPIC_ALIAS_MAXIMUM(0x22, TWO_BYTES, CONNECT),
  TOPIC_ALIAS(0x23, TWO_BYTES, PUBLISH),
  USER_PROPERTY(
      0x26,
      TEXT_PAIR,
      CONNECT,
      WILL,
      PUBLISH,
      ACKNOWLEDGEMENT,
      SUBSCRIBE,
      UNSUBSCRIBE,
      DISCONNECT,
      AUTH),
  MAXIMUM_PACKET_SIZE(0x27, FOUR_BYTES, CONNECT);

  /** The packets and fields that have properties. */
  enum Place {
    CONNECT(0x01),
    WILL(0x02),
    PUBLISH(0x04),
    ACKNOWLEDGEMENT(0x08),
    SUBSCRIBE(0x10),
    UNSUBSCRIBE(0x20),
    DISCONNECT(0x40),
    AUTH(0x80);

    private final int bit;

    Place(int bit) {
      this.bit = bit;
    }
  }

  /** The type of a property's value. */
  enum Type {
    /** A byte, 0 or 1. */
    YES_OR_NO,
    TWO_BYTES,
    FOUR_BYTES,
    VAR_INT,
    TEXT,
    /** A text without wildcards. */
    TOPIC_NAME,
    TEXT_PAIR,
    BINARY
  }

  private static final @Nullable Property[] BY_ID = new @Nullable Property[0x28];

  static {
    for (Property property : values()) {
      BY_ID[property.id] = property;
    }
  }

  private final int id;
  private final Type type;
  private final int places;

  Property(int id, Type type, Place first, Place... others) {
    this.id = id;
    this.type = type;
    int bits = first.bit;
    for (Place other : others) {
      bits |= other.bit;
    }
    this.places = bits;
  }

  static @Nullable Property of(int id) {
    return id < BY_ID.length ? BY_ID[id] : null;
  }

  int id() {
    return id;
  }

  Type type() {
    return type;
  }

  boolean mayStandIn(Place place) {
    return (places & place.bit) != 0;
  }

  /** Returns whether a client may send it more than once; only this one may be. */
  boolean isRepeatable() {
    return this == USER_PROPERTY;
  }
}
