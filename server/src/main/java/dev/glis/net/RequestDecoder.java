package dev.glis.net;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;

/**
 * Netty's request parser in its strictest form: whatever two parsers could understand differently
 * is an error, because request smuggling lives on such differences.
 */
final class RequestDecoder extends HttpRequestDecoder {
    private static final int LARGEST_PART_BYTES = 64 * 1024;

    RequestDecoder(HttpLimits limits) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(limits.targetBytes())
                        .setMaxHeaderSize(limits.headerBytes())
                        .setMaxChunkSize(LARGEST_PART_BYTES)
                        .setAllowDuplicateContentLengths(false)
                        .setHeadersFactory(DefaultHttpHeadersFactory.headersFactory())
                        .setStrictLineParsing(true)
                        .setUseRfc9112TransferEncoding(true));
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException(
                "A request has either Content-Length or Transfer-Encoding, not both");
    }
}
