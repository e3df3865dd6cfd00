package dev.tidings.infra.stack;

import java.nio.file.Path;

/**
 * One broker of a local stack.
 *
 * @param id its number, from 1
 * @param name its name, and that of its log file
 * @param directory the directory of its log and its configuration
 * @param port its port
 * @param controllerPort the port for the other controllers
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
