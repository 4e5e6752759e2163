// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace Koyeb::Test {

/// What the Python SDK offers, an item a line: classes, methods, parameters with their defaults, fields, and
/// what people rely on that has no name. The facts are the reference's of 1.2.2 and, for
/// `Sandbox.create`, what 1.5 has beyond it.
constexpr auto sdkItems = R"--(
Sandbox.create
Sandbox.create(image = "koyeb/sandbox")
Sandbox.create(name = "quick-sandbox")
Sandbox.create(wait_ready = True)
Sandbox.create(instance_type = "micro")
Sandbox.create(exposed_port_protocol = None)
Sandbox.create(env = None)
Sandbox.create(region = None)
Sandbox.create(api_token = None)
KOYEB_API_TOKEN
Sandbox.create(timeout = 300)
Sandbox.create(idle_timeout = 0)
Sandbox.create(enable_tcp_proxy = False)
Sandbox.create(privileged = False)
Sandbox.create(registry_secret = None)
Sandbox.create(_experimental_enable_light_sleep = False)
Sandbox.create(delete_after_delay = 0)
Sandbox.create(delete_after_inactivity_delay = 0)
Sandbox.create(app_id = None)
Sandbox.create(idle_timeout = 300)
Sandbox.create(config_files)
Sandbox.create(entrypoint)
Sandbox.create(command)
Sandbox.create(args)
Sandbox.create(enable_mesh)
Sandbox.create(host)
KOYEB_API_HOST
KOYEB_REGION
Sandbox.create(poll_interval)
{{ secret.NAME }} in env
A failed deployment ends wait_ready at once
metadata.sandbox with URL and routing key
No metadata.sandbox: the domain of the app
An executor that is not up yet is asked again
Sandbox.get_from_id
Sandbox.get_from_id(id)
Sandbox.get_from_id(api_token = None)
Sandbox.wait_ready
Sandbox.wait_ready(timeout = DEFAULT_INSTANCE_WAIT_TIMEOUT)
Sandbox.wait_ready(poll_interval = DEFAULT_POLL_INTERVAL)
Sandbox.wait_tcp_proxy_ready
Sandbox.wait_tcp_proxy_ready(timeout = DEFAULT_INSTANCE_WAIT_TIMEOUT)
Sandbox.wait_tcp_proxy_ready(poll_interval = DEFAULT_POLL_INTERVAL)
Sandbox.is_healthy
Sandbox.delete
Sandbox.update_lifecycle
Sandbox.update_lifecycle(delete_after_delay = None)
Sandbox.update_lifecycle(delete_after_inactivity = None)
Sandbox.filesystem
SandboxStatus
Sandbox.get_domain
Sandbox.get_tcp_proxy_info
Sandbox.get_sandbox_url
Sandbox.expose_port
Sandbox.expose_port(port)
Sandbox.unexpose_port
ExposedPort
ExposedPort.exposed_at
Sandbox.launch_process
Sandbox.launch_process(cmd)
Sandbox.launch_process(cwd = None)
Sandbox.launch_process(env = None)
Sandbox.kill_process
Sandbox.kill_process(process_id)
Sandbox.list_processes
Sandbox.kill_all_processes
ProcessInfo
ProcessInfo.id
ProcessInfo.command
ProcessInfo.status
ProcessInfo.pid
ProcessInfo.exit_code
ProcessInfo.started_at
ProcessInfo.completed_at
Sandbox.exec
SandboxExecutor.__call__
Sandbox.exec(command)
Sandbox.exec(cwd = None)
Sandbox.exec(env = None)
Sandbox.exec(timeout = 30)
Sandbox.exec(on_stdout = None)
Sandbox.exec(on_stderr = None)
CommandResult
CommandResult.stdout
CommandResult.stderr
CommandResult.exit_code
CommandResult.status
CommandResult.duration
CommandResult.command
CommandResult.args
CommandStatus
SandboxFilesystem.write_file
SandboxFilesystem.write_file(path)
SandboxFilesystem.write_file(content)
SandboxFilesystem.write_file(encoding = "utf-8")
SandboxFilesystem.read_file
SandboxFilesystem.read_file(path)
SandboxFilesystem.read_file(encoding = "utf-8")
SandboxFilesystem.mkdir
SandboxFilesystem.mkdir(path)
SandboxFilesystem.list_dir
SandboxFilesystem.list_dir(path = ".")
SandboxFilesystem.delete_file
SandboxFilesystem.delete_file(path)
SandboxFilesystem.delete_dir
SandboxFilesystem.delete_dir(path)
SandboxFilesystem.rename_file
SandboxFilesystem.rename_file(old_path)
SandboxFilesystem.rename_file(new_path)
SandboxFilesystem.move_file
SandboxFilesystem.move_file(source_path)
SandboxFilesystem.move_file(destination_path)
SandboxFilesystem.write_files
SandboxFilesystem.write_files(files)
SandboxFilesystem.exists
SandboxFilesystem.exists(path)
SandboxFilesystem.is_file
SandboxFilesystem.is_file(path)
SandboxFilesystem.is_dir
SandboxFilesystem.is_dir(path)
SandboxFilesystem.rm
SandboxFilesystem.rm(path)
SandboxFilesystem.rm(recursive = False)
SandboxFilesystem.upload_file
SandboxFilesystem.upload_file(local_path)
SandboxFilesystem.upload_file(remote_path)
SandboxFilesystem.download_file
SandboxFilesystem.download_file(local_path)
SandboxFilesystem.download_file(remote_path)
FileInfo
FileInfo.content
SandboxFilesystem.open
SandboxFilesystem.open(path)
SandboxFilesystem.open(mode = "r")
SandboxFilesystem.open(encoding = "utf-8")
SandboxFileIO
SandboxFileIO.read
SandboxFileIO.write
SandboxFileIO.write(content)
SandboxFileIO.close
SandboxFileIO.__enter__
SandboxFileIO.__exit__
SandboxError
SandboxTimeoutError
SandboxCommandError
Sandbox
SandboxFilesystem
SandboxExecutor
AsyncSandbox
AsyncSandboxExecutor
AsyncSandboxFilesystem
AsyncSandboxFilesystem.ls
AsyncSandboxFilesystem.ls(path = ".")
AsyncSandboxFilesystem.upload_file(encoding = "utf-8")
AsyncSandboxFilesystem.download_file(encoding = "utf-8")
AsyncSandboxFileIO
AsyncSandboxFileIO.__aenter__
AsyncSandboxFileIO.__aexit__
)--";

} // namespace Koyeb::Test
