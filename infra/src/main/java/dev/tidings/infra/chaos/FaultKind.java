package dev.tidings.infra.chaos;

import java.util.Locale;

/** What a schedule chooses from; {@link Faults} says what each one is. */
public enum FaultKind {
  KILL_NODE,
  KILL_PROCESSOR,
  KILL_INGEST,
  KILL_BROKER,
  KILL_ALL_BROKERS,
  PAUSE_NODE,
  PAUSE_PROCESSOR,
  PAUSE_BROKER,
  CUT_BROKERS_OFF,
  VANISH,
  STOP_REGISTRY,
  REGISTRY_AWAY,
  START_BEFORE_REGISTRY,
  MAKE_TOPIC_ANEW,
  CLOCK_JUMP,
  ADD_NODE,
  STOP_NODE,
  RESTART_NODE,
  RESTART_PROCESSOR,
  RESTART_INGEST;

  /** As people type it: {@code kill-node}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
