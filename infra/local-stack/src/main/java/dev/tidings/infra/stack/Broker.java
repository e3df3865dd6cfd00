package dev.tidings.infra.stack;

import java.nio.file.Path;

/**
 * One broker of a local stack.
 *
 * @param id its number among them, from 1 on
 * @param name its name, and its log file's
 * @param directory where it keeps its log and its configuration
 * @param port its port
 * @param controllerPort the port the controllers talk to each other on
 */
record Broker(int id, String name, Path directory, int port, int controllerPort) {

  String address() {
    return "localhost:" + port;
  }

  String voter() {
    return id + "@localhost:" + controllerPort;
  }

  Path logDirectory() {
    return directory.resolve("log");
  }
}
