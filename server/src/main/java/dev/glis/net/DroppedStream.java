package dev.glis.net;

/** Forgets what is written to it. */
final class DroppedStream implements HttpResponder.BodyStream {
    @Override
    public boolean write(byte[] part) {
        return true;
    }

    @Override
    public boolean isGone() {
        return true;
    }

    @Override
    public void whenWritable(Runnable action) {
        action.run();
    }

    @Override
    public void end() {
        // nothing was begun
    }

    @Override
    public void abort() {
        // nothing was begun
    }
}
