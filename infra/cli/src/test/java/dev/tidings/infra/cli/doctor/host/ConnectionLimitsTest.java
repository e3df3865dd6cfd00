package dev.tidings.infra.cli.doctor.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tidings.infra.cli.doctor.check.Check;
import dev.tidings.infra.pipeline.TidingsService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectionLimitsTest {
  @TempDir Path proc;

  @BeforeEach
  void a_machine_for_many_connections() throws IOException {
    write(
        "self/limits",
        "Max open files            200000               200000               files\n");
    write("sys/fs/nr_open", "1048576\n");
    write("sys/fs/file-max", "9223372036854775807\n");
    write("sys/net/core/somaxconn", "4096\n");
    write("sys/net/ipv4/tcp_max_syn_backlog", "4096\n");
    write("sys/net/ipv4/ip_local_port_range", "32768\t60999\n");
    write("sys/net/ipv4/tcp_mem", "100000\t150000\t200000\n");
  }

  @Test
  void limits_that_suffice_are_one_line() throws IOException {
    assertThat(check(50_000, true))
        .singleElement()
        .isEqualTo(Check.sound("kernel", "files and sockets for 50000 connections"));
  }

  @Test
  void each_limit_that_is_too_low_is_named_with_the_command_that_raises_it() throws IOException {
    write(
        "self/limits",
        "Max open files            1024                 524288               files\n");
    write("sys/fs/nr_open", "20000\n");
    write("sys/net/core/somaxconn", "128\n");
    write("sys/net/ipv4/ip_local_port_range", "32768\t40000\n");
    write("sys/net/ipv4/tcp_mem", "1000\t1500\t2000\n");
    write("sys/net/netfilter/nf_conntrack_max", "65536\n");

    assertThat(check(50_000, true))
        .allMatch(check -> check.state() == Check.State.FAILED)
        .extracting(Check::words, Check::fix)
        .extracting(Object::toString)
        .anyMatch(text ->
            text.contains("open files of this user's processes: 1024")
                && text.contains("LimitNOFILE=51000"))
        .anyMatch(text ->
            text.contains("fs.nr_open: 20000") && text.contains("sysctl -w fs.nr_open=51000"))
        .anyMatch(text ->
            text.contains("net.core.somaxconn: 128")
                && text.contains("sysctl -w net.core.somaxconn=4096"))
        .anyMatch(text -> text.contains("net.ipv4.ip_local_port_range: 7233 ports"))
        .anyMatch(text ->
            text.contains("net.ipv4.tcp_mem: 2000") && text.contains("\"50000 75000 100000\""))
        .anyMatch(text -> text.contains("net.netfilter.nf_conntrack_max: 65536"))
        .hasSize(6);
  }

  @Test
  void what_nobody_asked_for_is_only_weak() throws IOException {
    write(
        "self/limits",
        "Max open files            1024                 524288               files\n");

    assertThat(check(10_000, false))
        .singleElement()
        .matches(Check::sound)
        .satisfies(check -> assertThat(check.state()).isEqualTo(Check.State.WEAK));
  }

  @Test
  void a_node_that_runs_here_counts_with_its_own_limit() throws IOException {
    write(
        "77/limits", "Max open files            1024                 524288               files\n");
    LocalJvm node = LocalJvm.of(77, List.of("java", "dev.tidings.node.DeliveryNode")).orElseThrow();

    assertThat(node.service()).isEqualTo(TidingsService.DELIVERY_NODE);
    assertThat(new ConnectionLimits(new Kernel(proc), 5_000, true).run(List.of(node)))
        .singleElement()
        .satisfies(check ->
            assertThat(check.words()).contains("open files of delivery-node (process 77): 1024"));
  }

  private List<Check> check(int connections, boolean demanded) throws IOException {
    return new ConnectionLimits(new Kernel(proc), connections, demanded).run(List.of());
  }

  private void write(String file, String text) throws IOException {
    Files.createDirectories(proc.resolve(file).getParent());
    Files.writeString(proc.resolve(file), text);
  }
}
