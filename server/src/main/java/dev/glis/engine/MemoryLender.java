package dev.glis.engine;

/** Lends memory out of the budget of functions, for work that can wait. Safe for any thread. */
public interface MemoryLender {
    /** Returns whether it is lent; nobody is stopped for it. Whoever gets it gives it back. */
    boolean lend(int mb);

    /** What was lent is free again. */
    void giveBack(int mb);

    /** Has no end of it. */
    MemoryLender UNLIMITED =
            new MemoryLender() {
                @Override
                public boolean lend(int mb) {
                    return true;
                }

                @Override
                public void giveBack(int mb) {}
            };
}
