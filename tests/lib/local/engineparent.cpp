// SPDX-License-Identifier: Apache-2.0
// The parent of a local engine, for tests to kill: starts the program that ENGINE_TO_START names with its own
// arguments and its own output, and holds the other end of its input, as the application does.
#include <QCoreApplication>
#include <QProcess>

int main(int argc, char **argv)
{
    const QCoreApplication application(argc, argv);
    QProcess engine;
    engine.setProcessChannelMode(QProcess::ForwardedChannels);
    QObject::connect(&engine, &QProcess::finished, &application, &QCoreApplication::quit);
    engine.start(qEnvironmentVariable("ENGINE_TO_START"), QCoreApplication::arguments().sliced(1));
    return QCoreApplication::exec();
}
