import Kernel

extension Registry {
    /// Adds the process's own numbers and the program's version.
    package func observeProcess(version: String) {
        let start = Double(WallTime.now.nanoseconds / 1_000_000) / 1000
        observe(Catalogue.build, [version]) { 1 }
        observe(Catalogue.processStart) { start }
        observe(Catalogue.processCPU) { Double(ProcessFacts.cpuNanoseconds) / 1e9 }
        observe(Catalogue.processMemory) { Double(Self.residentBytes()) }
        observe(Catalogue.processFiles) {
            // The list's own descriptor is one of those it shows.
            Double(((try? FileSystem.names(in: "/proc/self/fd"))?.count ?? 1) - 1)
        }
    }

    /// Source: proc(5), `/proc/self/statm`: the second number is resident pages.
    private static func residentBytes() -> Int {
        guard let file = try? FileDescriptor.open("/proc/self/statm", .read),
            let bytes = try? file.read(count: 256, at: 0)
        else { return 0 }
        let fields = String(decoding: bytes, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? (Int(fields[1]) ?? 0) * 4096 : 0
    }
}
