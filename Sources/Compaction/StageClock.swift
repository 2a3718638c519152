import Kernel

/// Measures one thread's way through stages.
struct StageClock {
    private var cpu = ThreadTime.now
    private var wall = MonotonicTime.now

    /// Adds the time since the last lap to a stage.
    mutating func lap(into stage: inout CompactionReport.Stage) {
        let (cpuNow, wallNow) = (ThreadTime.now, MonotonicTime.now)
        stage.cpu += cpuNow - cpu
        stage.wall += wallNow - wall
        (cpu, wall) = (cpuNow, wallNow)
    }
}

/// What one worker has read.
struct GatherCounts: Sendable {
    var events = 0
    var rawBytes = 0
    var bytesIn = 0
    var unreadable = 0
    var unmatched = 0
    /// Rows in tables; an event that two tables take counts twice.
    var rows = 0
    var decode = CompactionReport.Stage()
    var gather = CompactionReport.Stage()
}
