import Kernel

/// CPU time and memory of the server's processes and their children, from /proc.
///
/// Source: proc(5), `/proc/PID/stat` and `/proc/PID/status`.
final class ServerWatch {
    private let roots: [Int]
    private var processes: [Int] = []
    /// Last seen figure of each process, which outlives the process.
    private var cpuTicks: [Int: Int] = [:]
    private var ticksAtBegin: [Int: Int] = [:]
    private var peaks: [Int: Int] = [:]
    private var sampledAt = MonotonicTime.now
    /// Resident now, the sum over the processes, in bytes.
    private(set) var residentBytes = 0

    var isEmpty: Bool { roots.isEmpty }

    init(processes: [Int]) throws(LoadError) {
        roots = processes
        for id in processes where !FileSystem.exists("/proc/\(id)/stat") { throw .noProcess(id) }
        sample()
    }

    /// User and system time between ``begin()`` and the last sample, all threads, in seconds.
    var cpuSeconds: Double {
        // USER_HZ, the unit of these files, is 100 on every architecture that Swift runs on.
        Double(cpuTicks.reduce(0) { $0 + $1.value - ticksAtBegin[$1.key, default: 0] }) / 100
    }

    /// The sum of the processes' highest resident sizes so far (VmHWM), in bytes.
    var peakBytes: Int { peaks.values.reduce(0, +) }

    func begin() {
        sample()
        ticksAtBegin = cpuTicks
    }

    func end() { sample() }

    func sampleEvery(milliseconds: Int64) {
        if MonotonicTime.now - sampledAt >= milliseconds * 1_000_000 { sample() }
    }

    func sample() {
        guard !roots.isEmpty else { return }
        sampledAt = MonotonicTime.now
        processes = withDescendants(roots)
        residentBytes = 0
        for id in processes {
            if let stat = stat(of: id) { cpuTicks[id] = stat.ticks }
            let memory = memory(of: id)
            if let peak = memory.peak { peaks[id] = peak }
            residentBytes += memory.resident
        }
    }

    private func withDescendants(_ roots: [Int]) -> [Int] {
        guard let names = try? FileSystem.names(in: "/proc") else { return roots }
        var children: [Int: [Int]] = [:]
        for id in names.compactMap({ Int($0) }) {
            if let stat = stat(of: id) { children[stat.parent, default: []].append(id) }
        }
        var found: [Int] = []
        var rest = roots
        while let id = rest.popLast() {
            if found.contains(id) { continue }
            found.append(id)
            rest += children[id, default: []]
        }
        return found
    }

    /// Fields 4, 14 and 15. The command's name may hold anything, so fields are counted from its last parenthesis.
    private func stat(of id: Int) -> (parent: Int, ticks: Int)? {
        guard let text = read("/proc/\(id)/stat"), let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count > 12, let parent = Int(fields[1]), let user = Int(fields[11]), let system = Int(fields[12])
        else { return nil }
        return (parent, user + system)
    }

    private func memory(of id: Int) -> (peak: Int?, resident: Int) {
        guard let text = read("/proc/\(id)/status") else { return (nil, 0) }
        var peak: Int?
        var resident = 0
        for line in text.split(separator: "\n") {
            let parts = line.split { $0 == " " || $0 == "\t" }
            guard parts.count >= 2, let kilobytes = Int(parts[1]) else { continue }
            if parts[0] == "VmHWM:" { peak = kilobytes * 1024 }
            if parts[0] == "VmRSS:" { resident = kilobytes * 1024 }
        }
        return (peak, resident)
    }

    private func read(_ path: String) -> String? {
        guard let file = try? FileDescriptor.open(path, .read), let bytes = try? file.read(count: 8192, at: 0) else {
            return nil
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
