package dev.glis.net;

/** A client's connection as its listener sees it. Any thread. */
interface OpenConnection {
    /** Closes when the requests at work, if any, have been answered. */
    void closeGracefully();

    /** Closes now. */
    void closeNow();
}
