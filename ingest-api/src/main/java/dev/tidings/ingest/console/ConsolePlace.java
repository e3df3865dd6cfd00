package dev.tidings.ingest.console;

/**
 * Where somebody is who has signed in.
 *
 * @param installation its id
 * @param version of this program
 * @param process this one, as traces name it
 * @param providerUrl where providers reach it
 * @param providersProve whether they have to prove who they are
 */
public record ConsolePlace(
    String installation,
    String version,
    String process,
    String providerUrl,
    boolean providersProve) {}
