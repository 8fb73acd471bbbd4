package dev.glis.apis.clients;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAdjusters;

/** How many requests in each period. */
public record Quota(long requests, Period period) {
    /** Periods of the calendar, in UTC. */
    public enum Period {
        DAY,
        /** From Monday to Sunday. */
        WEEK,
        MONTH;

        /** When the period in which a moment lies begins. */
        public Instant start(Instant moment) {
            return instant(startDay(moment));
        }

        /** When the period in which a moment lies is over. */
        public Instant end(Instant moment) {
            LocalDate start = startDay(moment);
            return instant(
                    switch (this) {
                        case DAY -> start.plusDays(1);
                        case WEEK -> start.plusWeeks(1);
                        case MONTH -> start.plusMonths(1);
                    });
        }

        private LocalDate startDay(Instant moment) {
            LocalDate day = LocalDate.ofInstant(moment, ZoneOffset.UTC);
            return switch (this) {
                case DAY -> day;
                case WEEK -> day.with(TemporalAdjusters.previousOrSame(DayOfWeek.MONDAY));
                case MONTH -> day.withDayOfMonth(1);
            };
        }

        private static Instant instant(LocalDate day) {
            return day.atStartOfDay(ZoneOffset.UTC).toInstant();
        }
    }
}
