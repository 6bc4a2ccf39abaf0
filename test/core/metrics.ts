import { Effect, Metric } from "effect"

/** The series of the session of this name as an exporter would read them now, without the labels that all of them have. */
export const read = (session: string) =>
  Effect.map(Metric.snapshot, (snapshot) =>
    Object.fromEntries(
      snapshot.flatMap(({ metricKey: { name, tags }, metricState }) => {
        const labels = tags.map(({ key, value }) => [key, value] as const)
        if (!name.startsWith("clickatell.") || !labels.some(([, value]) => value === session)) return []
        const rest = labels.flatMap(([key, value]) =>
          key === "clickatell.session.name" || key === "unit" ? [] : [`${key}=${value}`]
        )
        const value =
          "count" in metricState ? metricState.count : "value" in metricState ? metricState.value : undefined
        return [[[name.replace("clickatell.session.", ""), ...rest].join(" "), value]]
      })
    )
  )

/** What the gauges of a state show. */
export const isIn = (state: string) =>
  Object.fromEntries(
    ["idle", "authenticating", "ready", "rejected", "closed"].map((it) => [`state state=${it}`, Number(it === state)])
  )
