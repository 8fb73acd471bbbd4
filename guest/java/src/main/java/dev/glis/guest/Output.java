package dev.glis.guest;

/** What the function's log gets. */
final class Output {
    private Output() {}

    /** Writes one record: its line breaks become carriage returns, so that it stays one. */
    static void record(String text) {
        int end = text.length();
        while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
            end--;
        }
        System.out.println(text.substring(0, end).replace("\r\n", "\r").replace('\n', '\r'));
    }

    /** All that was printed must be on its way before the answer is. */
    static void flush() {
        System.out.flush();
        System.err.flush();
    }
}
