package dev.glis.net;

/**
 * Where a listener listens.
 *
 * @param host a name or an address of this machine, such as {@code 127.0.0.1}
 * @param port 0 for any free one
 * @param portFlag the command-line flag that changes the port, for error messages
 */
public record ListenAddress(String host, int port, String portFlag) {}
