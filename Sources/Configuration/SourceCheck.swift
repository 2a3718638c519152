import Kernel

/// Whether sources fit together, and which of them anybody may use.
enum SourceCheck {
    static func check(_ settings: Settings, _ faults: FaultList) {
        var seen: [String: Int] = [:]
        for (index, source) in settings.sources.enumerated() {
            let path = "sources[\(index)]"
            if source.tenant.isEmpty { faults.error("\(path).tenant", "is missing") }
            if source.name.isEmpty { faults.error("\(path).name", "is missing") }
            if let other = seen.updateValue(index, forKey: "\(source.tenant)/\(source.name)"), !source.name.isEmpty {
                faults.error(
                    path,
                    "has the tenant \"\(source.tenant)\" and name \"\(source.name)\" of sources[\(other)]: "
                        + "each pair stands once")
            }
            check(source, path, settings, faults)
        }
        checkOpenness(settings, faults)
    }

    private static func check(_ source: SourceSettings, _ path: String, _ settings: Settings, _ faults: FaultList) {
        if let rate = source.rate, rate.burst < 1 || rate.events < 1 {
            faults.error("\(path).rate", "must let at least one event pass")
        }
        if !source.clientCertificates.isEmpty, settings.tls?.clientCA == nil {
            faults.error("\(path).clientCertificates", "needs tls.clientCA: no client shows a certificate without it")
        }
        let treated = [source.fields.redact, source.fields.hash, source.fields.encrypt].flatMap { $0 }
        if Set(treated).count < treated.count {
            faults.error("\(path).fields", "names a field twice: it is either redacted, hashed or encrypted")
        }
        if source.isOpen, !source.tenant.isEmpty, !source.name.isEmpty {
            faults.warning(
                path,
                "/v1/\(source.tenant)/\(source.name) has neither provider, secrets nor token: "
                    + "anybody's events are taken")
        }
    }

    private static func checkOpenness(_ settings: Settings, _ faults: FaultList) {
        if settings.openSources {
            let reach =
                settings.listen.isLoopback
                ? "from this machine" : "from whoever reaches listen (\(settings.listen))"
            faults.warning("openSources", "takes events for any tenant and source, unsigned, \(reach)")
        } else if settings.sources.isEmpty {
            faults.warning("sources", "is empty and openSources is false: every event is refused")
        }
    }

    /// Adds every secret that has no value on this machine.
    static func checkSecrets(_ settings: Settings, _ faults: FaultList) {
        func check(_ secret: Secret?, _ path: String) {
            guard let secret else { return }
            do throws(Secret.Missing) { _ = try secret.resolve() } catch { faults.error(path, error.description) }
        }
        check(settings.s3.accessKey, "s3.accessKey")
        check(settings.s3.secretKey, "s3.secretKey")
        check(settings.s3.sessionToken, "s3.sessionToken")
        check(settings.catalog.token, "catalog.token")
        for (index, source) in settings.sources.enumerated() {
            for (position, secret) in source.secrets.enumerated() {
                check(secret, "sources[\(index)].secrets[\(position)]")
            }
            check(source.token, "sources[\(index)].token")
        }
    }
}
