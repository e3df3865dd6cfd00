package dev.tidings.infra.cli.doctor.host;

import dev.tidings.infra.cli.doctor.check.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/**
 * Whether this machine lets a delivery node have so many connections.
 *
 * @param kernel of this machine
 * @param connections how many devices are to be connected to a node here
 * @param demanded whether somebody asked for that number; otherwise less is no failure
 */
public record ConnectionLimits(Kernel kernel, int connections, boolean demanded) {
  /** What a number is compared with if nobody gives one. */
  public static final int USUAL = 10_000;

  private static final String WHAT = "kernel";

  /** Files, tables and connections to Kafka that a node has besides its devices. */
  private static final int OTHER_FILES = 1_000;

  /** Reconnecting devices wait here until they are accepted: a part of all of them at once. */
  private static final int MOST_BACKLOG = 4_096;

  /** Memory pages of 4 KiB that a connection uses in the kernel, idle. */
  private static final int PAGES_PER_CONNECTION = 2;

  /**
   * Looks at the settings, and at the limits of processes.
   *
   * @param nodes the processes of delivery nodes here; if none, this process's limits count
   */
  public List<Check> run(List<LocalJvm> nodes) {
    if (!kernel.isReadable()) {
      return List.of(Check.sound(WHAT, "not Linux: its limits are not looked at"));
    }
    List<Check> findings = new ArrayList<>();
    long files = (long) connections + OTHER_FILES;
    if (nodes.isEmpty()) {
      openFiles(findings, "this user's processes", kernel.openFiles("self"), files);
    }
    for (LocalJvm node : nodes) {
      openFiles(findings, node.name(), kernel.openFiles(Long.toString(node.pid())), files);
    }
    atLeast(findings, "fs/nr_open", 0, files);
    atLeast(findings, "fs/file-max", 0, files);
    int backlog = Math.max(128, Math.min(MOST_BACKLOG, connections / 10));
    atLeast(findings, "net/core/somaxconn", 0, backlog);
    atLeast(findings, "net/ipv4/tcp_max_syn_backlog", 0, backlog);
    ports(findings);
    atLeast(findings, "net/ipv4/tcp_mem", 2, (long) connections * PAGES_PER_CONNECTION);
    atLeast(findings, "net/netfilter/nf_conntrack_max", 0, (long) connections * 2);
    return findings.isEmpty()
        ? List.of(Check.sound(WHAT, "files and sockets for %d connections".formatted(connections)))
        : findings;
  }

  private void openFiles(List<Check> findings, String whose, OptionalLong limit, long needed) {
    if (limit.isPresent() && limit.getAsLong() < needed) {
      findings.add(
          finding(
              "open files of %s: %d".formatted(whose, limit.getAsLong()),
              needed,
              "LimitNOFILE=%d in the systemd unit, or ulimit -n %d before the start"
                  .formatted(needed, needed)));
    }
  }

  /** What is not there, such as conntrack where no firewall tracks connections, limits nothing. */
  private void atLeast(List<Check> findings, String setting, int index, long needed) {
    List<Long> numbers = kernel.numbers(setting);
    if (numbers.size() > index && numbers.get(index) < needed) {
      String name = setting.replace('/', '.');
      String value =
          index == 0
              ? Long.toString(needed)
              : "\"%d %d %d\"".formatted(needed / 2, needed / 4 * 3, needed);
      findings.add(finding("%s: %d".formatted(name, numbers.get(index)), needed, fix(name, value)));
    }
  }

  /**
   * A relay between nodes, and a proxy in front of them, has a port of its own for each connection
   * to the same address.
   */
  private void ports(List<Check> findings) {
    List<Long> range = kernel.numbers("net/ipv4/ip_local_port_range");
    if (range.size() == 2) {
      long ports = range.get(1) - range.get(0) + 1;
      long needed = Math.min(connections, 28_000);
      if (ports < needed) {
        findings.add(
            finding(
                "net.ipv4.ip_local_port_range: %d ports".formatted(ports),
                needed,
                fix("net.ipv4.ip_local_port_range", "\"15000 65000\"")));
      }
    }
  }

  private static String fix(String name, String value) {
    return "sysctl -w %s=%s, and the same in /etc/sysctl.d".formatted(name, value);
  }

  private Check finding(String found, long needed, String fix) {
    String words =
        "%s (expected: at least %d for %d connections)".formatted(found, needed, connections);
    return demanded ? Check.failed(WHAT, words, fix) : Check.weak(WHAT, words, fix);
  }
}
