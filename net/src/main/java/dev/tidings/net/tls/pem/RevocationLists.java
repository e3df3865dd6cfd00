package dev.tidings.net.tls.pem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRL;
import java.security.cert.CRLException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The certificates that their authorities have revoked, as a file with their lists (CRLs, RFC 5280)
 * says, in PEM or DER. The file is read again when it changes. One that cannot be used changes
 * nothing: the lists in use stay, also when they are older than they should be, and the log says
 * why. Thread-safe; only its own thread blocks.
 */
public final class RevocationLists implements Predicate<X509Certificate>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RevocationLists.class);
  private static final Duration EVERY = Duration.ofSeconds(10);

  private final Path file;
  private final Path authorities;
  private final InstantSource clock;
  private final CountDownLatch closing = new CountDownLatch(1);
  private volatile List<X509CRL> lists;

  // Guarded by the lock.
  private byte[] seen;
  private String lastComplaint = "";

  private RevocationLists(Path file, Path authorities, InstantSource clock)
      throws IOException, GeneralSecurityException {
    this.file = file;
    this.authorities = authorities;
    this.clock = clock;
    this.seen = Files.readAllBytes(file);
    this.lists = read(seen);
  }

  /**
   * Reads the file, and again every ten seconds until it is closed.
   *
   * @param authorities the file with the certificates of those who may have signed the lists
   * @throws GeneralSecurityException if it is not readable, or not theirs
   */
  public static RevocationLists start(Path file, Path authorities, InstantSource clock)
      throws IOException, GeneralSecurityException {
    RevocationLists started = new RevocationLists(file, authorities, clock);
    started.warnOfOld();
    Thread.ofPlatform().name("revocation-lists").daemon().start(started::run);
    return started;
  }

  /** Returns whether a certificate is revoked. */
  @Override
  public boolean test(X509Certificate certificate) {
    for (X509CRL list : lists) {
      if (list.isRevoked(certificate)) {
        return true;
      }
    }
    return false;
  }

  private void run() {
    try {
      while (!closing.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
        reload();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Replaces the lists if the file has changed, and can be used. */
  public synchronized void reload() {
    try {
      byte[] now = Files.readAllBytes(file);
      if (!Arrays.equals(now, seen)) {
        lists = read(now);
        seen = now;
        lastComplaint = "";
        log.info("{}: the lists of revoked certificates have changed", file);
      }
      warnOfOld();
    } catch (IOException | GeneralSecurityException | RuntimeException e) {
      complain("cannot be used, the lists in use stay: " + e);
    }
  }

  private List<X509CRL> read(byte[] contents) throws IOException, GeneralSecurityException {
    List<X509Certificate> trusted = PemCertificates.read(authorities);
    List<X509CRL> found = new ArrayList<>();
    for (CRL each :
        CertificateFactory.getInstance("X.509").generateCRLs(new ByteArrayInputStream(contents))) {
      X509CRL list = (X509CRL) each;
      require(list, trusted);
      found.add(list);
    }
    if (found.isEmpty()) {
      throw new CRLException(file + " has no list (expected: BEGIN X509 CRL, or DER)");
    }
    return List.copyOf(found);
  }

  /** Throws unless one of the authorities has signed the list. */
  private void require(X509CRL list, List<X509Certificate> trusted)
      throws GeneralSecurityException {
    GeneralSecurityException why =
        new CRLException(
            file
                + ": a list of "
                + list.getIssuerX500Principal()
                + " (expected: of an authority in "
                + authorities
                + ")");
    for (X509Certificate authority : trusted) {
      if (authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
        try {
          list.verify(authority.getPublicKey());
          return;
        } catch (GeneralSecurityException e) {
          why.addSuppressed(e);
        }
      }
    }
    throw why;
  }

  private synchronized void warnOfOld() {
    Instant now = clock.instant();
    for (X509CRL list : lists) {
      if (list.getNextUpdate() != null && list.getNextUpdate().toInstant().isBefore(now)) {
        complain(
            "the list of "
                + list.getIssuerX500Principal()
                + " was valid until "
                + list.getNextUpdate().toInstant());
        return;
      }
    }
    lastComplaint = "";
  }

  private void complain(String text) {
    if (!text.equals(lastComplaint)) {
      lastComplaint = text;
      log.warn("{}: {}", file, text);
    }
  }

  /** Stops reading the file. */
  @Override
  public void close() {
    closing.countDown();
  }
}
