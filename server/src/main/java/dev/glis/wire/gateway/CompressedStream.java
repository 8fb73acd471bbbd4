package dev.glis.wire.gateway;

import dev.glis.net.HttpResponder.BodyStream;

/** Compresses a streamed answer: each part leaves as it comes. */
final class CompressedStream implements BodyStream {
    private final BodyStream stream;
    private final Compressor compressor;
    private long bytes;

    CompressedStream(BodyStream stream, Compressor compressor) {
        this.stream = stream;
        this.compressor = compressor;
    }

    /** How many bytes have left. */
    long bytes() {
        return bytes;
    }

    @Override
    public boolean write(byte[] part) {
        return pass(compressor.part(part));
    }

    @Override
    public boolean isGone() {
        return stream.isGone();
    }

    @Override
    public void whenWritable(Runnable action) {
        stream.whenWritable(action);
    }

    @Override
    public void end() {
        pass(compressor.end());
        stream.end();
    }

    @Override
    public void abort() {
        compressor.close();
        stream.abort();
    }

    private boolean pass(byte[] compressed) {
        bytes += compressed.length;
        return stream.write(compressed);
    }
}
