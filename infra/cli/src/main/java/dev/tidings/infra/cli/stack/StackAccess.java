package dev.tidings.infra.cli.stack;

import static java.util.Objects.requireNonNull;

import dev.tidings.device.token.TokenSupplier;
import dev.tidings.infra.cli.access.ClosedStack;
import dev.tidings.infra.cli.access.ProviderFiles;
import dev.tidings.infra.cli.credential.ShellWord;
import dev.tidings.infra.demo.DemoPhone;
import dev.tidings.infra.demo.EndpointList;
import dev.tidings.infra.device.TokenIssuer;
import dev.tidings.infra.pipeline.Pipeline;
import dev.tidings.provider.Credential;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What devices and providers of a running stack prove themselves by.
 *
 * @param deviceTokens of the demo's phone; empty if it need not prove anything
 * @param files the provider's; empty if it need not
 */
record StackAccess(
    Optional<TokenSupplier> deviceTokens,
    Optional<Credential> provider,
    Optional<ProviderFiles> files) {
  /** Everybody may do everything. */
  static final StackAccess OPEN =
      new StackAccess(Optional.empty(), Optional.empty(), Optional.empty());

  private static final Duration PHONE_TOKEN = Duration.ofHours(1);

  /** Makes what is missing. */
  static StackAccess of(ClosedStack closed, Pipeline pipeline)
      throws IOException, InterruptedException {
    ProviderFiles files =
        closed.open(
            pipeline.stack(),
            pipeline.names(),
            List.of(DemoPhone.APP),
            EndpointList.of(pipeline).http());
    TokenIssuer issuer = closed.issuer().issuer();
    return new StackAccess(
        Optional.of(() -> issuer.token(DemoPhone.SERIAL, Instant.now().plus(PHONE_TOKEN))),
        Optional.of(files.credential()),
        Optional.of(files));
  }

  /** Returns how to use what was made, for people; empty if nothing is needed. */
  Optional<String> howTo(EndpointList endpointList) {
    return files.map(made -> text(made, endpointList));
  }

  private static String text(ProviderFiles files, EndpointList endpointList) {
    Path data = requireNonNull(requireNonNull(files.apiKey().getParent()).getParent());
    return """

    Providers and devices have to prove who they are. In another terminal:
      ./tidings device-token my-phone --data %1$s --file my-phone.jwt
      ./tidings device --serial my-phone --app %2$s --url mqtt://%3$s --password-file my-phone.jwt
      ./tidings send TOKEN --app %2$s --title Hello --url %4$s --provider-key %5$s --team %6$s
      ./tidings trace ID --url %4$s --api-key-file %7$s
    Apps of team %6$s: %2$s; more: ./tidings admin app add BUNDLE_ID --team %6$s --bootstrap-servers %8$s --schema-registry-url %9$s\
    """
        .formatted(
            ShellWord.of(data.toString()),
            String.join(", ", files.apps()),
            endpointList.mqtt(),
            endpointList.http(),
            ShellWord.of(files.providerKey().toString()),
            files.team(),
            ShellWord.of(files.apiKey().toString()),
            endpointList.all().get("kafka"),
            endpointList.all().get("schema registry"));
  }
}
