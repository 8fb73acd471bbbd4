package dev.glis.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows in columns as wide as their widest cell. */
final class Table {
    private final List<String> head;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... head) {
        this.head = Arrays.asList(head);
    }

    Table row(String... cells) {
        rows.add(Arrays.asList(cells));
        return this;
    }

    boolean isEmpty() {
        return rows.isEmpty();
    }

    void print(Terminal terminal) {
        int[] widths = widths();
        terminal.print(terminal.bold(line(head, widths)));
        for (var row : rows) {
            terminal.print(line(row, widths));
        }
    }

    private int[] widths() {
        int[] widths = head.stream().mapToInt(String::length).toArray();
        for (var row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        return widths;
    }

    private static String line(List<String> cells, int[] widths) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            line.append(cell);
            if (i < cells.size() - 1) {
                line.repeat(' ', widths[i] - cell.length() + 2);
            }
        }
        return line.toString();
    }
}
